import type { JournalRow } from "../api/bindings";
import { usd } from "./money";

const rows: JournalRow[] = (
  [
    [20418, "2026-11-17", "Stripe payout reaches Mercury", "Bank:Mercury", "InTransit", "5080.44"],
    [20417, "2026-11-17", "Card payment, Silverbirch Partners, Team plan", "Stripe:USD", "Income:Subscriptions", "349.00"],
    [20416, "2026-11-17", "Stripe fee on 20417", "Fees:Stripe", "Stripe:USD", "10.42"],
    [20415, "2026-11-16", "Refund, Otterbein Studio, asked within 14 days", "Income:Refunds", "Stripe:USD", "89.00"],
    [20414, "2026-11-16", "Wire, Nordhavn A/S, NB-202610-0125", "Bank:Mercury", "Receivable", "2352.00"],
    [20413, "2026-11-16", "Reversal of 20398: alias was wrong", "Receivable", "Suspense", "588.00"],
    [20412, "2026-11-16", "October commissions, 14 payees", "Expenses:Affiliates", "AffiliatePayable", "7293.90"],
    [20411, "2026-11-15", "Unknown transfer, ONLINE PYMT 992", "Bank:Mercury", "Suspense", "1290.00"],
    [20410, "2026-11-15", "Sales tax collected, New York, on 20407", "Receivable", "SalesTax", "31.06"],
    [20409, "2026-11-15", "USDC received, Polaris Data, NB-202611-0128", "Crypto:USDC", "Receivable", "1176.00"],
    [20408, "2026-11-14", "Annual plan earned, 1/12, Juniper Analytics", "DeferredRevenue", "Income:Subscriptions", "294.00"],
    [20407, "2026-11-14", "Card payment, Lakeshore Radio, Scale plan", "Stripe:USD", "Income:Subscriptions", "349.00"],
  ] as const
).map(([key, date, text, to, from, amount]) => ({ key, date, text, to, from, amount: usd(amount), reversed: key === 20413 }));
const first = rows[0]!;

const balance = (account: string, amount: string) => ({ account, balance: usd(amount), postings: 120 });

export const ledger: Record<string, unknown> = {
  journal_index: (input: { text: string; after: number | null }) => {
    const newest = (input.after ?? 20419) - 1;
    const keys = input.text === "kestral" ? [] : Array.from({ length: Math.min(2000, newest) }, (_, index) => newest - index);
    return { keys, more: (keys[keys.length - 1] ?? 1) > 1, total: 20418 };
  },
  journal_rows: (input: { keys: number[] }) => ({ rows: input.keys.map((key) => rows.find((row) => row.key === key) ?? { ...first, key, text: `Entry ${key}`, date: "2026-10-02" }) }),
  entry: (input: { id: string }) => ({
    row: rows.find((row) => String(row.key) === input.id) ?? first,
    postings: [
      { account: "Assets:Bank:Mercury", note: "", amount: usd("5080.44") },
      { account: "Assets:InTransit", note: "", amount: usd("-5080.44") },
    ],
    why: [
      { text: "16 card payments, 13 to 15 Nov", amount: usd("5341.00"), route: "/ledger/journal/20417" },
      { text: "1 refund", amount: usd("-89.00"), route: "/ledger/journal/20415" },
      { text: "Stripe fees on those 17", amount: usd("-171.56"), route: "/ledger/journal/20416" },
    ],
    by: "by the Mercury import", booked_at: "2026-11-17T11:12:00Z", seal: "a41f 09c3", raw: "2026-11-17,STRIPE TRANSFER ST-X2M4,5080.44,,89290.81", reverses: null, reversed_by: null,
  }),
  balances: {
    as_of: "2026-11-17",
    rows: [
      balance("Assets:Bank:Mercury", "84210.37"), balance("Assets:Stripe:USD", "9396.75"), balance("Assets:InTransit", "5120.44"),
      balance("Assets:Crypto", "8249.29"), balance("Assets:Receivable", "28164.78"), balance("Liabilities:AffiliatePayable", "7293.90"),
      balance("Liabilities:DeferredRevenue", "18462.00"), balance("Liabilities:SalesTax", "3418.22"), balance("Liabilities:Suspense", "1290.00"),
      balance("Liabilities:CustomerCredit", "1340.00"),
    ],
    totals: [balance("Assets", "135141.63"), balance("Liabilities", "31804.12"), balance("Equity", "42150.00"), balance("Income", "402118.90"), balance("Expenses", "340931.39")],
  },
  tie_out: {
    rows: [
      { account: "Mercury", opening: usd("42150.00"), lines: usd("42060.37"), count: 1204, bank_says: usd("84210.37"), ledger_says: usd("84210.37"), unexplained: usd("0.00"), suspense: usd("1290.00"), suspense_count: 1, last_line_on: "2026-11-17" },
      { account: "Savings", opening: usd("0.00"), lines: usd("12000.00"), count: 3, bank_says: usd("12000.00"), ledger_says: usd("11985.00"), unexplained: usd("15.00"), suspense: usd("0.00"), suspense_count: 0, last_line_on: "2026-10-31" },
    ],
    providers: [
      { title: "Stripe", account: "Assets:Stripe:USD", provider_says: usd("9396.75"), available: usd("6482.15"), told_at: "2026-11-17T13:41:00Z", read_at: "2026-11-17T13:41:00Z", ledger_says: usd("9396.75"), unexplained: usd("0.00"), underway_count: 1, underway: usd("5120.44") },
    ],
  },
  verify: { ok: true, entries: 20418, postings: 41210, items: 311, audit_rows: 9120, audit_head: "7f3a91c2…5d08e04b", problems: [] },
  audit_index: { keys: Array.from({ length: 300 }, (_, index) => 300 - index) },
  audit_rows: (input: { keys: number[] }) => input.keys.map((key) => ({ key, at: "2026-11-17T13:12:00Z", actor: "you", action: "match.confirm", subject: `line:${key}`, detail: "NB-202610-0118 paid in full, $15.00 booked as bank fee", seal: "a41f09c3" })),
  export: { path: "/Users/founder/ledger.journal", bytes: 120_000, say: "20,418 entries were written as an hledger journal." },
};
