-- The journal and the palette find an entry by an amount that somebody typed, at any size of the books.
CREATE INDEX posting_by_amount ON posting (amount);
