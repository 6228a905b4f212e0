/** The sentences of Money in: match, payments, invoices. */
export const moneyIn = {};
