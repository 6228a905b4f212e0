import type { ChargeRow, Counters, Glance, Metrics, ProviderPayoutRow, RecurringChange, RecurringPart } from "../api/bindings";
import { usd } from "./money";

const change = (customer: string, kind: string, on: string | null, text: string, before: string, after: string, amount: string): RecurringChange => ({
  customer: `cus_${customer.slice(0, 4)}`, customer_id: customer === "Hollis Farm" ? null : "c3", customer_name: customer, kind, on, text, before: usd(before), after: usd(after), amount: usd(amount),
});

const part = (customer: string, name: string, every: string, gross: string, discount: string, amount: string, more: Partial<RecurringPart> = {}): RecurringPart => ({
  subscription: `sub_${customer.slice(0, 4)}`, customer: `cus_${customer.slice(0, 4)}`, customer_id: "c3", customer_name: customer, price: "price_1", name, quantity: 1, every, plan: `${name}, every ${every}`,
  gross: usd(gross), discount: usd(discount), amount: usd(amount), left_out: null, discount_unknown: false, past_due: false, ...more,
});

const parts = [
  part("Heron Legal LLP", "Scale", "year", "299.00", "0.00", "299.00"),
  part("Lakeshore Radio", "Team", "month", "349.00", "69.80", "279.20"),
  part("Sable Research", "Team", "month", "349.00", "0.00", "349.00", { past_due: true }),
  part("Wren Optics", "Team", "month", "349.00", "0.00", "0.00", { left_out: "has ended" }),
];

/** The picture of the design: 39,842 + 1,444 = 41,286. */
export const metrics: Metrics = {
  from: "2026-09-30", to: "2026-10-31", start: [{ mrr: usd("39842.00"), arr: usd("478104.00"), customers: 181, past_due: usd("0.00"), parts: [] }],
  end: [{ mrr: usd("41286.00"), arr: usd("495432.00"), customers: 187, past_due: usd("349.00"), parts }],
  flows: [
    {
      start: usd("39842.00"), end: usd("41286.00"), change: usd("1444.00"), percent: "+3.6",
      steps: [
        { kind: "new", amount: usd("2310.00"), count: 9, from: usd("39842.00"), to: usd("42152.00") },
        { kind: "reactivation", amount: usd("198.00"), count: 1, from: usd("42152.00"), to: usd("42350.00") },
        { kind: "expansion", amount: usd("884.00"), count: 4, from: usd("42350.00"), to: usd("43234.00") },
        { kind: "contraction", amount: usd("-402.00"), count: 2, from: usd("43234.00"), to: usd("42832.00") },
        { kind: "churn", amount: usd("-1546.00"), count: 5, from: usd("42832.00"), to: usd("41286.00") },
      ],
    },
  ],
  ratios: [
    {
      currency: "USD", customers_at_start: 181, customers_left: 5, logo_churn: "2.8", gross_churn: "4.9", net_retention: "97.3", gross_retention: "95.1", quick_ratio: "1.7",
      revenue_per_customer: usd("220.78"), income: usd("38604.10"), fees: usd("1197.52"), gross_margin: "96.9", lifetime_value: usd("7744.34"),
    },
  ],
  changes: [
    change("Heron Legal LLP", "new", "2026-10-12T09:00:00Z", "Scale, every year", "0.00", "299.00", "299.00"),
    change("Atlas Freight LLC", "expansion", null, "Team, every month → 4 × Scale, every month", "349.00", "588.00", "239.00"),
    change("Wren Optics", "churn", "2026-10-16T09:00:00Z", "Team, every month: ended", "349.00", "0.00", "-349.00"),
    change("Hollis Farm", "new", "2026-10-27T09:00:00Z", "Starter, every month", "0.00", "149.00", "149.00"),
  ],
  past_due_counts: true,
  told_at: "2026-11-17T13:41:00Z",
  connected: true,
};

export const glance: Glance = {
  month: "2026-11", from: "2026-11-01", to: "2026-11-17", before_from: "2026-10-01", before_to: "2026-10-17",
  recurring: [{ mrr: usd("41286.00"), change: usd("1444.00"), customers: 187 }],
  earned: [{ now: usd("23114.00"), before: usd("21870.50") }],
  kept: [{ title: "Stripe", account: "Assets:Stripe:USD", balance: usd("9396.75"), underway: usd("5120.44") }],
  told_at: "2026-11-17T13:41:00Z",
  connected: true,
};

const counters: Counters = { failed_payments: 2, payouts_proposed: 1, payouts_underway: 1, cards_waiting: 0, outbox_waiting: 0 };

const payout = (key: number, state: string, more: Partial<ProviderPayoutRow> = {}): ProviderPayoutRow => ({
  key, id: `po_1QLk${key}8Yd`, title: "Stripe", created_on: "2026-11-15", expected_on: "2026-11-18", state, provider_says: usd("5080.44"), ledger_says: usd("5080.44"), entry: 20391,
  bank_says: null, bank_on: null, bank_text: "", bank_line: null, deposit: null, unexplained: usd("0.00"), ...more,
});

export const payouts: ProviderPayoutRow[] = [
  payout(3, "underway"),
  payout(2, "arrived", { bank_says: usd("5080.44"), bank_on: "2026-11-17", bank_text: "STRIPE TRANSFER ST-X2M4", bank_line: "d3", deposit: 20418 }),
  payout(1, "underway", { expected_on: "2026-11-02", created_on: "2026-10-30" }),
];

export const charges: ChargeRow[] = [
  { id: "ch_1QLk", title: "Stripe", is_charge: true, on: "2026-11-14", text: "Workshop ticket", amount: usd("81.00"), refundable: { amount: "81.00", currency: "USD" }, entry: 20377, customer_id: "c3", customer_name: "Kestrel Logistics International LLC", open: [] },
  { id: "txn_9", title: "Stripe", is_charge: false, on: "2026-11-15", text: "Adjustment", amount: usd("-3.20"), refundable: { amount: "0.00", currency: "USD" }, entry: 20380, customer_id: null, customer_name: "", open: [] },
];

export const reports = {
  metrics,
  glance,
  counters,
  provider_payouts_index: { keys: payouts.map((row) => row.key) },
  provider_payouts_rows: ({ keys }: { keys: number[] }) => payouts.filter((row) => keys.includes(row.key)),
  charges_waiting: { rows: charges },
  metrics_save: ({ past_due_counts }: { past_due_counts: boolean }) => ({ sequence: 9, say: past_due_counts ? "Customers who are past due count as recurring revenue." : "Customers who are past due do not count as recurring revenue until they pay.", undo: "u10" }),
  charge_resolve: { sequence: 9, say: "$81.00 is the credit of Kestrel Logistics International LLC.", undo: "u9" },
};
