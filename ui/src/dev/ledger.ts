export const ledger: Record<string, unknown> = {};
