-- What a provider of payments told: where reading stands, the newest state of each of its objects, and what is earned
-- of its invoices when. The raw payloads are facts; nothing in here is the only copy of anything.

CREATE TABLE feed (
    source      TEXT PRIMARY KEY,
    cursor      TEXT NOT NULL,
    translation INTEGER NOT NULL,                  -- what read the facts so far
    polled_at   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE provider_object (
    source      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    external_id TEXT NOT NULL,
    fact        INTEGER NOT NULL REFERENCES fact (key),
    -- What it belongs to: charge:… or intent:… of a payment, charge:… of a refund or dispute, intent:… of a charge.
    owner       TEXT NOT NULL DEFAULT '',
    part_of     TEXT NOT NULL DEFAULT '',          -- the invoice of a payment
    -- Entries of a page are written after its objects; `verify` proves that they are there.
    entry       INTEGER,
    ended_by    INTEGER,
    detail      TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(detail)),
    seen_at     TEXT NOT NULL,
    PRIMARY KEY (source, kind, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX provider_object_by_owner ON provider_object (source, kind, owner) WHERE owner <> '';
CREATE INDEX provider_object_by_whole ON provider_object (source, kind, part_of) WHERE part_of <> '';
CREATE INDEX provider_object_by_id ON provider_object (external_id, kind);
CREATE INDEX provider_object_by_fact ON provider_object (fact);

-- Each state of a subscription with the time it was seen, so that recurring revenue can be told for a day gone by.
CREATE TABLE subscription_state (
    source      TEXT NOT NULL,
    external_id TEXT NOT NULL,
    seen_at     TEXT NOT NULL,
    fact        INTEGER NOT NULL REFERENCES fact (key),
    PRIMARY KEY (source, external_id, seen_at)
) STRICT, WITHOUT ROWID;

-- What a month earns of a line that pays for a longer time.
CREATE TABLE deferral (
    line     TEXT NOT NULL,                        -- the item in DeferredRevenue
    month    TEXT NOT NULL,                        -- its first day
    source   TEXT NOT NULL,
    invoice  TEXT NOT NULL,                        -- the provider's id of the invoice
    days     INTEGER NOT NULL CHECK (days > 0),
    amount   INTEGER NOT NULL,
    currency TEXT NOT NULL,
    income   TEXT NOT NULL,
    entry    INTEGER,                              -- as above
    -- Neither earned nor to come: the invoice was withdrawn.
    dropped  INTEGER NOT NULL DEFAULT 0 CHECK (dropped IN (0, 1)),
    PRIMARY KEY (line, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX deferral_to_come ON deferral (month, line) WHERE entry IS NULL AND dropped = 0;
CREATE INDEX deferral_by_invoice ON deferral (source, invoice, line, month);

CREATE INDEX fact_unreadable ON fact (source, kind, key) WHERE state = 'unreadable';

-- An allocation may be fed by a provider's charge.
CREATE TABLE allocation_new (
    key         INTEGER PRIMARY KEY,
    invoice     INTEGER REFERENCES invoice (key),
    customer    INTEGER NOT NULL REFERENCES customer (key),
    funds_kind  TEXT NOT NULL CHECK (funds_kind IN ('line', 'payment', 'credit', 'charge')),
    funds_id    TEXT NOT NULL,
    amount      INTEGER NOT NULL,
    fee         INTEGER NOT NULL DEFAULT 0,
    over        INTEGER NOT NULL DEFAULT 0,
    currency    TEXT NOT NULL,
    on_day      TEXT NOT NULL,
    entry       INTEGER NOT NULL UNIQUE REFERENCES entry (number),
    undone_by   INTEGER UNIQUE REFERENCES entry (number)
) STRICT;
INSERT INTO allocation_new SELECT key, invoice, customer, funds_kind, funds_id, amount, fee, over, currency, on_day, entry, undone_by FROM allocation;
DROP TABLE allocation;
ALTER TABLE allocation_new RENAME TO allocation;
CREATE INDEX allocation_by_invoice ON allocation (invoice, on_day);
CREATE INDEX allocation_by_funds ON allocation (funds_kind, funds_id);
CREATE INDEX allocation_by_customer ON allocation (customer, on_day);
-- Habits and second payments are looked up by the day.
CREATE INDEX allocation_by_day ON allocation (on_day, key);
