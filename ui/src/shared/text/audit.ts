/** What an audit row says was done, in words; a row of a later version is shown as it is written. */
const ACTIONS: Record<string, string> = {
  "alias.delete": "Payer name forgotten",
  "attention.ask_again": "Asked again",
  "attention.done": "Done elsewhere",
  "attention.snooze": "Put off",
  "batch.approve": "Payout approved",
  "batch.propose": "Payout proposed",
  "batch.put_away": "Payout put away",
  "batch.reject": "Payout rejected",
  "batch.release": "Payout released",
  "batch.revise": "Payout proposed anew",
  "batch.undo": "Approval taken back",
  "batch.void": "Payout void",
  "books.backup": "Backup made",
  "books.export": "Ledger exported",
  "books.verify": "Books verified",
  "company.create": "Company created",
  "company.save": "Company changed",
  "customer.save": "Customer saved",
  "effect.book": "Sent payment booked",
  "effect.claim": "Sending begun",
  "effect.resolve": "Unknown result answered",
  "effect.unknown": "Result unknown",
  "account.add": "Account added",
  "import.finish": "File imported",
  "import.statement": "Statement read",
  "import.undo": "Import taken back",
  "invoice.draft": "Draft of an invoice written",
  "invoice.issue": "Invoice issued",
  "invoice.remove_draft": "Draft of an invoice removed",
  "invoice.void": "Invoice voided",
  "list.export": "List exported",
  "match.auto": "Line booked without asking",
  "match.confirm": "Match confirmed",
  "match.credit": "Line kept as credit",
  "match.explain": "Lines looked at",
  "match.file": "Line filed",
  "match.reject": "Match refused",
  "match.reject_undo": "Refusal taken back",
  "match.undo": "Booking taken back",
  "metrics.save": "What counts as recurring changed",
  "metrics.undo": "What counts as recurring restored",
  "outbox.fork": "Copied books paused",
  "outbox.pause": "All paused",
  "outbox.release": "All released",
  "payment.deposit": "Cash put into an account",
  "payment.draft": "Draft of a payment kept",
  "payment.record": "Payment recorded",
  "payment.undo": "Payment taken back",
  "rule.delete": "Payee forgotten",
  "rule.restore": "Payee remembered again",
  "store.migrate": "Store brought up to date",
  "security.approval_passphrase": "Approval passphrase set, changed or switched off",
};

export function auditAction(action: string): string {
  return ACTIONS[action] ?? action;
}

/** "founder" is you; a policy or job of Purser says its name. */
export function auditActor(actor: string): string {
  if (actor.startsWith("founder")) return actor.replace("founder", "you");
  const [kind, name] = actor.split(":");
  if (name && kind === "policy") return `${name} rule`;
  if (name && kind === "job") return `${name} job`;
  return actor;
}
