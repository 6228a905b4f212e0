-- The journal and the palette find an entry by an amount that somebody typed, at any size of the books.
CREATE INDEX posting_by_amount ON posting (amount);

-- What an account's statement lines sum to, without reading the lines.
CREATE INDEX bank_line_sums ON bank_line (account, state, currency, amount, occurred_on);
