import type { Decision, Found, Status, Today } from "../api/bindings";
import { usd } from "./money";

const decision = (id: string, kind: string, title: string, reason: string, amount: string | null, since: string, more: Partial<Decision> = {}): Decision => ({
  id, kind, title, reason, amount: amount ? usd(amount) : null, since, due: null, severity: "medium",
  actions: ["snooze"], subject: `line:${id}`, facts: [], route: `/money-in/match/${id}`, ...more,
});

const decisions: Decision[] = [
  decision("d1", "approve_batch", "Approve October affiliate payouts", "12 payees ready, 2 held back for you. Nothing is sent until you approve this exact list.", "5871.30", "2026-11-17T13:12:00Z", {
    due: "2026-11-17T22:00:00Z", severity: "high", route: "/confirm/b1", actions: ["approve", "snooze"],
    facts: [
      { label: "Leaves", value: "Mercury Checking ••4821" },
      { label: "By", value: "ACH file, settles 19 Nov" },
      { label: "After", value: "$84,210.37 → $78,339.07" },
      { label: "Held back", value: "Greyfox: no W-9. R. Okafor: new account" },
    ],
  }),
  decision("d2", "unmatched_line", "Transfer with no name and no reference", "“ONLINE PYMT 992 FT8841”; becomes an alarm at 48 h", "1290.00", "2026-11-15T14:30:00Z", { severity: "critical" }),
  decision("d3", "short_payment", "Kestrel Logistics paid $15.00 short", "Reference fits NB-202610-0118; the gap equals their usual wire fee", "4785.00", "2026-11-16T12:00:00Z"),
  decision("d4", "ambiguous_line", "Van der Meer BV: one invoice or two?", "Three explanations fit the amount equally well, the memo names none", "2400.00", "2026-11-16T11:00:00Z"),
  decision("d5", "crypto_late", "Bitcoin arrived 3 h after the invoice expired", "NB-202611-0142, Fathom Robotics; worth $24.10 less at today’s rate", "1899.50", "2026-11-17T11:31:00Z"),
  decision("d6", "dispute", "Harrow & Pike disputes a charge", "Reason given: product not received. Evidence is due 20 Nov", "348.00", "2026-11-16T11:00:00Z", { due: "2026-11-20T14:00:00Z", actions: ["done", "snooze"] }),
  decision("d7", "duplicate_payment", "J. Holloway paid the same invoice twice", "NB-202611-0099 was settled by card on 12 Nov. Refund it or keep it as credit", "348.00", "2026-11-17T12:30:00Z"),
  decision("d8", "connection", "Sign in to Mercury again", "Bank access ends 19 Nov; transfers stop arriving after that", null, "2026-11-17T12:30:00Z", { due: "2026-11-19T14:00:00Z" }),
  decision("d9", "backup_failed", "Backup to “NAS” failed twice", "The drive is not mounted. The local copy of 03:02 is good", null, "2026-11-16T08:30:00Z"),
];

const status: Status = {
  company: "Northbeam Analytics", demo: false, currency: "USD", zone: "America/New_York", today: "2026-11-17",
  counts: { today: 9, matching: 4, payments: 2, cards: 0, payouts: 1, jobs: 1, outbox: 0, settings: 1 },
  outbox_queued: 1, leaving: [], verified_at: "2026-11-17T08:00:00Z", verify_problem: null,
  backup_at: "2026-11-17T08:02:00Z", paused_since: null, imported_at: "2026-11-17T13:41:00Z", sequence: 20418,
};

const line = [70, 69.6, 71.4, 71, 70.6, 72.5, 74.6, 74.2, 74, 76, 75.2, 77, 76.4, 78.6, 81, 80.6, 80.2, 79.8, 81.4, 83.6, 83.2, 86, 85.4, 88, 89.6, 88.6, 88.2, 91];

const todayReply: Today = {
  decisions, at_stake: usd("16941.80"), other_currencies: 0, minutes: 5, cash: usd("98941.81"),
  cash_parts: [
    { name: "Mercury Checking", account: "Assets:Bank:Mercury", amount: usd("84210.37") },
    { name: "Wise", account: "Assets:Bank:Wise", amount: usd("6482.15") },
    { name: "Cash box", account: "Assets:Cash", amount: usd("8249.29") },
  ],
  cash_line: line.map((value, index) => ({ date: `2026-08-${String((index % 28) + 1).padStart(2, "0")}`, amount: usd(String(value)) })),
  owed: usd("28164.78"), owed_count: 11, overdue: usd("9180.00"),
  week: [
    { date: "2026-11-18", text: "Stripe payout lands", amount: usd("5120.44") },
    { date: "2026-11-19", text: "Affiliates are paid", amount: usd("-5871.30") },
    { date: "2026-11-20", text: "Dispute evidence due", amount: usd("348.00") },
    { date: "2026-11-21", text: "12 renewals", amount: usd("2148.00") },
    { date: "2026-11-23", text: "Sales tax return, NY", amount: usd("-1204.18") },
  ],
  ran: [
    { at: "2026-11-17T13:41:00Z", text: "Stripe events", result: "14 new", failed: false },
    { at: "2026-11-17T13:40:00Z", text: "Mercury transactions", result: "6 new", failed: false },
    { at: "2026-11-17T13:15:00Z", text: "Match transfers", result: "5 booked", failed: false },
    { at: "2026-11-17T12:00:00Z", text: "Failed-card reminders", result: "3 queued", failed: false },
    { at: "2026-11-17T08:02:00Z", text: "Nightly backup", result: "NAS missing", failed: true },
  ],
};

const found: Found[] = [
  { kind: "decision", title: "Match KESTREL LOGISTICS INTE", sub: "$15.00 short of NB-202610-0118", route: "/money-in/match/d3", amount: null },
  { kind: "customer", title: "Kestrel Logistics International LLC", sub: "6 invoices, $4,800.00 open", route: "/customers/c1", amount: null },
  { kind: "customer", title: "Kestrel Labs Inc", sub: "2 invoices, $4,785.00 open", route: "/customers/c2", amount: null },
  { kind: "invoice", title: "NB-202610-0118", sub: "Kestrel Logistics, overdue 3 d", route: "/money-in/invoices/NB-202610-0118", amount: usd("4800.00") },
];

export const today = {
  status,
  today: todayReply,
  attention: decisions,
  money_moved: { came: [usd("6075.00")], went: [] },
  attention_done: { sequence: 1, say: "Done: Harrow & Pike disputes a charge.", undo: "u2" },
  snooze: { sequence: 1, say: "Asked again tomorrow at 09:00", undo: "u1" },
  undo: { sequence: 2, say: "Taken back", undo: null },
  pause_all: { sequence: 3, say: "All money and mail is paused", undo: null },
  search: ({ text }: { text: string }) => ({
    found: found.filter((each) => `${each.title} ${each.sub} ${each.amount?.amount ?? ""}`.toLowerCase().includes(text.toLowerCase())),
  }),
};
