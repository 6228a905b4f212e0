import type { Batch } from "../api/bindings";
import { usd } from "./money";

const payees: [string, string, string][] = [
  ["Orchard Analytics Blog", "••7730", "1412.40"], ["Marta Lindqvist", "••1184", "986.25"], ["Datawise Weekly LLC", "••0926", "812.00"],
  ["Tomás Herrera", "••5512", "640.80"], ["Signal & Noise Media", "••3341", "528.15"], ["Priya Raman", "••9087", "412.50"],
  ["Bluebox Reviews", "••6402", "336.60"], ["Jonas Weidner", "••2275", "248.40"], ["Kofi Mensah", "••8016", "187.20"],
  ["The Metrics Pod", "••4459", "142.80"], ["Hana Kobayashi", "••1730", "98.70"], ["Elliot Shaw", "••0058", "65.50"],
];

/** The batch of the pictures. */
export const batch: Batch = {
  id: "b1", kind: "payout", title: "October affiliate payouts", state: "proposed", revision: 1, frozen_at: "2026-11-17T13:12:00Z", rail: "ACH file",
  source: "Mercury ••4821", source_account: "Assets:Bank:Mercury", balance: usd("84210.37"), balance_after: usd("78339.07"), total: usd("5871.30"),
  items: payees.map(([payee, destination, amount], index) => ({ id: `i${index}`, payee, text: "Commission of October", amount: usd(amount), destination, state: "proposed" })),
  held: ["Greyfox Digital: no W-9. 2026 would reach $2,348.00; the limit is $2,000", "Rafael Okafor: new account. Changed 15 Nov by email. Call before you pay"],
  digest: "7f3a91c2b6f04d1e8a90c3f2e1d4b5a6978899aabbccddeeff0011225d08e04b", expires_at: "2026-11-24T13:12:00Z", leaving: null, void_reason: null,
  history: [{ at: "2026-11-17T13:12:00Z", text: "Frozen by you" }], needs_passphrase: false,
};

const leaving: Batch = { ...batch, id: "b2", state: "approved", leaving: { batch: "b2", title: "Payout", amount: usd("5871.30"), leaves_at: "2026-11-17T13:41:07Z", seconds_left: 12 } };

export const payouts: Record<string, unknown> = {
  batches: { batches: [batch, { ...batch, id: "b0", title: "September affiliate payouts", state: "settled", total: usd("5402.15") }] },
  batch: (input: { id: string }) => (input.id === "b2" ? leaving : batch),
  batch_reject: { sequence: 1, say: "Not paid", undo: null },
  approval_undo: { sequence: 1, say: "Approval taken back", undo: null },
  outbox: {
    paused_since: null,
    effects: [
      { id: "e1", kind: "email.receipt", title: "Receipt R-202611-0031 to billing@brightwelldental.example", state: "unknown", waits_for: "your answer", delivery: "neither", since: "2026-11-17T12:40:00Z", attempts: 1, has_preview: true, error: "timeout after DATA: connection closed", amount: null },
      { id: "e2", kind: "money.refund", title: "Refund of P-202611-0029 to Nordhavn A/S", state: "held", waits_for: "approval", delivery: "lookup", since: "2026-11-17T13:10:00Z", attempts: 0, has_preview: false, error: null, amount: usd("60.00") },
      { id: "e3", kind: "email.receipt", title: "Receipt R-202611-0030 to ap@kestrel-logistics.example", state: "sent", waits_for: "", delivery: "neither", since: "2026-11-16T13:10:00Z", attempts: 1, has_preview: true, error: null, amount: null },
    ],
  },
  effect_resolve: { sequence: 1, say: "Noted: it arrived", undo: null },
};
