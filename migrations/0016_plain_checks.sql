-- A statement of a hundred thousand lines writes as many facts and lines. A check `state IN (…)` of three words or more
-- makes a table of them for every row that is written; the same words joined by OR are only compared.

CREATE TABLE fact_with_plain_checks (
    key          INTEGER PRIMARY KEY,
    source       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    external_id  TEXT NOT NULL,
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 16),
    payload      BLOB NOT NULL,
    compressed   INTEGER NOT NULL CHECK (compressed IN (0, 1)),
    translation  INTEGER NOT NULL,
    state        TEXT NOT NULL CHECK (state = 'booked' OR state = 'unreadable' OR state = 'ignored'),
    UNIQUE (source, kind, external_id, content_hash)
) STRICT;
INSERT INTO fact_with_plain_checks
SELECT key, source, kind, external_id, content_hash, payload, compressed, translation, state FROM fact ORDER BY key;
DROP TABLE fact;
ALTER TABLE fact_with_plain_checks RENAME TO fact;
CREATE INDEX fact_unreadable ON fact (source, kind, key) WHERE state = 'unreadable';

CREATE TABLE bank_line_with_plain_checks (
    key         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    account     INTEGER NOT NULL REFERENCES account (key),
    external_id TEXT NOT NULL,
    occurred_on TEXT NOT NULL,
    amount      INTEGER NOT NULL,
    currency    TEXT NOT NULL,
    payer       TEXT NOT NULL,
    description TEXT NOT NULL,
    fact        INTEGER NOT NULL REFERENCES fact (key),
    import      INTEGER NOT NULL REFERENCES import (key),
    -- open: needs the founder · ready: one nod · matched, filed, transfer: booked · undone: import taken back
    state       TEXT NOT NULL CHECK (state = 'open' OR state = 'ready' OR state = 'matched' OR state = 'filed'
                                     OR state = 'transfer' OR state = 'undone'),
    headline    TEXT NOT NULL DEFAULT '',
    booked_as   TEXT NOT NULL DEFAULT '',
    decided_by  TEXT,
    decided_at  TEXT,
    UNIQUE (account, external_id)
) STRICT;
INSERT INTO bank_line_with_plain_checks
SELECT key, id, account, external_id, occurred_on, amount, currency, payer, description, fact, import, state, headline,
       booked_as, decided_by, decided_at
FROM bank_line ORDER BY key;
DROP TABLE bank_line;
ALTER TABLE bank_line_with_plain_checks RENAME TO bank_line;
CREATE INDEX bank_line_by_state ON bank_line (state, occurred_on, key);
CREATE INDEX bank_line_decided ON bank_line (decided_at, key) WHERE decided_at IS NOT NULL;
CREATE INDEX bank_line_by_import ON bank_line (import);
CREATE INDEX bank_line_by_account_day ON bank_line (account, occurred_on);

CREATE TRIGGER bank_line_comes AFTER INSERT ON bank_line
BEGIN
    INSERT INTO line_sum (account, currency, state, amount, lines)
    VALUES (new.account, new.currency, new.state, new.amount, 1)
    ON CONFLICT (account, currency, state) DO UPDATE SET amount = amount + excluded.amount, lines = lines + 1;
END;

CREATE TRIGGER bank_line_moves AFTER UPDATE OF state ON bank_line WHEN new.state <> old.state
BEGIN
    UPDATE line_sum SET amount = amount - old.amount, lines = lines - 1
    WHERE account = old.account AND currency = old.currency AND state = old.state;
    INSERT INTO line_sum (account, currency, state, amount, lines)
    VALUES (new.account, new.currency, new.state, new.amount, 1)
    ON CONFLICT (account, currency, state) DO UPDATE SET amount = amount + excluded.amount, lines = lines + 1;
END;

-- What waits of the index of texts before it goes to the disk, in bytes: with more of it fewer pieces are merged.
INSERT INTO entry_text (entry_text, rank) VALUES ('hashsize', 4000000);
