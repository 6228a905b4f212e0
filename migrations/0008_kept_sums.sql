-- Sums that screens show at any size of the books: kept with their rows in the same transaction, recomputed by `verify`.

-- What was posted to an account on a day.
CREATE TABLE day_sum (
    account  INTEGER NOT NULL REFERENCES account (key),
    currency TEXT NOT NULL,
    day      TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    postings INTEGER NOT NULL,
    PRIMARY KEY (account, currency, day)
) STRICT, WITHOUT ROWID;

INSERT INTO day_sum (account, currency, day, amount, postings)
SELECT p.account, p.currency, e.occurred_on, sum(p.amount), count(*)
FROM posting p JOIN entry e ON e.number = p.entry GROUP BY p.account, p.currency, e.occurred_on;

-- What an account's statement lines sum to, by where they stand. It takes the place of an index over all of them.
CREATE TABLE line_sum (
    account  INTEGER NOT NULL REFERENCES account (key),
    currency TEXT NOT NULL,
    state    TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    lines    INTEGER NOT NULL,
    PRIMARY KEY (account, currency, state)
) STRICT, WITHOUT ROWID;

INSERT INTO line_sum (account, currency, state, amount, lines)
SELECT account, currency, state, sum(amount), count(*) FROM bank_line GROUP BY account, currency, state;

DROP INDEX bank_line_sums;

-- Lines are written in several places; here none of them can forget the sums.
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
