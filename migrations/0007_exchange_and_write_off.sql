-- Payments in one currency for invoices in another, the founder's rates, and invoices that will not be paid.

-- Each exchange that was booked: both amounts, the rate between them, who said it and when.
CREATE TABLE exchange (
    entry          INTEGER PRIMARY KEY REFERENCES entry (number),
    given          INTEGER NOT NULL CHECK (given > 0),
    given_currency TEXT NOT NULL,
    value          INTEGER NOT NULL CHECK (value > 0),
    value_currency TEXT NOT NULL,
    rate           TEXT NOT NULL,                   -- value of one unit given, decimal
    source         TEXT NOT NULL,
    at             TEXT NOT NULL,
    CHECK (given_currency <> value_currency)
) STRICT;

-- What one unit of `base` is worth in `quote` on a day. The founder's own table: proposals, never bookings.
CREATE TABLE rate (
    key    INTEGER PRIMARY KEY,
    base   TEXT NOT NULL,
    quote  TEXT NOT NULL,
    day    TEXT NOT NULL,
    value  TEXT NOT NULL,
    source TEXT NOT NULL,
    at     TEXT NOT NULL,
    UNIQUE (base, quote, day),
    CHECK (base <> quote)
) STRICT;

-- The rest of an invoice that was given up: its net part and its tax.
CREATE TABLE write_off (
    key       INTEGER PRIMARY KEY,
    invoice   INTEGER NOT NULL REFERENCES invoice (key),
    net       INTEGER NOT NULL,
    tax       INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    at        TEXT NOT NULL,
    entry     INTEGER NOT NULL UNIQUE REFERENCES entry (number),
    undone_by INTEGER UNIQUE REFERENCES entry (number),
    CHECK (net >= 0 AND tax >= 0 AND net + tax > 0)
) STRICT;
CREATE INDEX write_off_by_invoice ON write_off (invoice);
