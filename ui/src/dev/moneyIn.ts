/** Fixtures of Money in and the confirm window. */
export const moneyIn: Record<string, unknown> = {};
