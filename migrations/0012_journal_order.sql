-- The journal's order is that of days. Its filters find a page of entries in that order, however large the books are:
-- by account and by amount through the indexes of the postings, by a piece of text through `entry_text`.

-- A posting carries the day of its entry, so that its indexes can have the order of days.
CREATE TABLE posting_of_a_day (
    entry     INTEGER NOT NULL REFERENCES entry (number),
    idx       INTEGER NOT NULL,
    account   INTEGER NOT NULL REFERENCES account (key),
    currency  TEXT NOT NULL,
    amount    INTEGER NOT NULL CHECK (amount <> 0),
    item_kind TEXT,
    item_id   TEXT,
    day       INTEGER NOT NULL,                     -- days since 1970-01-01: small, for it stands in two indexes
    PRIMARY KEY (entry, idx),
    CHECK ((item_kind IS NULL) = (item_id IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO posting_of_a_day (entry, idx, account, currency, amount, item_kind, item_id, day)
SELECT p.entry, p.idx, p.account, p.currency, p.amount, p.item_kind, p.item_id, unixepoch(e.occurred_on) / 86400
FROM posting p JOIN entry e ON e.number = p.entry ORDER BY p.entry, p.idx;

DROP TABLE posting;
ALTER TABLE posting_of_a_day RENAME TO posting;

CREATE INDEX posting_by_account ON posting (account, day, entry);
CREATE INDEX posting_by_amount ON posting (amount, currency, day, entry);
CREATE INDEX posting_by_item ON posting (item_id, item_kind) WHERE item_id IS NOT NULL;

CREATE TRIGGER posting_is_never_changed BEFORE UPDATE ON posting
BEGIN SELECT RAISE(ABORT, 'a posting is never changed: reverse its entry'); END;
CREATE TRIGGER posting_is_never_deleted BEFORE DELETE ON posting
BEGIN SELECT RAISE(ABORT, 'a posting is never deleted: reverse its entry'); END;

-- Which entries have which three letters in their line, in lower case. The row's number is the entry's place in the
-- journal: its day (as above) times 2^40, and its number. The text itself stays in `entry`.
CREATE VIRTUAL TABLE entry_text USING fts5 (
    text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
);

INSERT INTO entry_text (rowid, text)
SELECT unixepoch(occurred_on) / 86400 * 1099511627776 + number, lower_case(text) FROM entry ORDER BY 1;

-- What `verify` reads: every three letters with every place.
CREATE VIRTUAL TABLE entry_text_letters USING fts5vocab (entry_text, instance);
