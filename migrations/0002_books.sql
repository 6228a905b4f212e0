-- The books: accounts, entries, what they are about, and the founder's queue.
-- Amounts are minor units of the row's currency; days are YYYY-MM-DD; times are RFC 3339 in UTC.

-- Company profile, drafts and other named settings, each a JSON value.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

-- Every ledger account in use; the real ones (bank, cash) carry what the founder said of them.
CREATE TABLE account (
    key           INTEGER PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    real_name     TEXT UNIQUE COLLATE NOCASE,
    real_kind     TEXT CHECK (real_kind IN ('bank', 'cash')),
    currency      TEXT,
    opening_minor INTEGER,
    opened_on     TEXT,
    mapping       TEXT CHECK (mapping IS NULL OR json_valid(mapping)),
    CHECK ((real_name IS NULL) = (real_kind IS NULL) AND (real_name IS NULL) = (currency IS NULL))
) STRICT;

CREATE TABLE entry (
    number      INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    occurred_on TEXT NOT NULL,
    booked_at   TEXT NOT NULL,
    text        TEXT NOT NULL,
    actor       TEXT NOT NULL,
    reverses    INTEGER UNIQUE REFERENCES entry (number),
    audit       INTEGER NOT NULL REFERENCES audit (seq)
) STRICT;
CREATE INDEX entry_by_day ON entry (occurred_on, number);
CREATE INDEX entry_by_audit ON entry (audit);

CREATE TABLE posting (
    entry     INTEGER NOT NULL REFERENCES entry (number),
    idx       INTEGER NOT NULL,
    account   INTEGER NOT NULL REFERENCES account (key),
    currency  TEXT NOT NULL,
    amount    INTEGER NOT NULL CHECK (amount <> 0),
    item_kind TEXT,
    item_id   TEXT,
    PRIMARY KEY (entry, idx),
    CHECK ((item_kind IS NULL) = (item_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX posting_by_account ON posting (account, entry);
CREATE INDEX posting_by_item ON posting (item_id, item_kind) WHERE item_id IS NOT NULL;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry is never changed: reverse it'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry is never deleted: reverse it'); END;
CREATE TRIGGER posting_is_never_changed BEFORE UPDATE ON posting
BEGIN SELECT RAISE(ABORT, 'a posting is never changed: reverse its entry'); END;
CREATE TRIGGER posting_is_never_deleted BEFORE DELETE ON posting
BEGIN SELECT RAISE(ABORT, 'a posting is never deleted: reverse its entry'); END;

-- Sums of postings, kept with them in the same transaction and recomputed by `verify`.
CREATE TABLE balance (
    account  INTEGER NOT NULL REFERENCES account (key),
    currency TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    postings INTEGER NOT NULL,
    PRIMARY KEY (account, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE open_item (
    item_id   TEXT NOT NULL,
    item_kind TEXT NOT NULL,
    account   INTEGER NOT NULL REFERENCES account (key),
    currency  TEXT NOT NULL,
    amount    INTEGER NOT NULL,
    PRIMARY KEY (item_id, item_kind, account, currency)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_item_still_open ON open_item (account, item_kind, item_id, currency, amount) WHERE amount <> 0;

-- What was observed, as it was observed: keyed by source, kind, id and content (invariant 2).
CREATE TABLE fact (
    key          INTEGER PRIMARY KEY,
    source       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    external_id  TEXT NOT NULL,
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 16),
    payload      BLOB NOT NULL,
    compressed   INTEGER NOT NULL CHECK (compressed IN (0, 1)),
    translation  INTEGER NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('booked', 'unreadable', 'ignored')),
    UNIQUE (source, kind, external_id, content_hash)
) STRICT;

CREATE TABLE import (
    key        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL CHECK (kind IN ('statement', 'customers', 'invoices')),
    file       TEXT NOT NULL,
    account    INTEGER REFERENCES account (key),
    at         TEXT NOT NULL,
    rows_read  INTEGER NOT NULL,
    rows_new   INTEGER NOT NULL,
    rows_known INTEGER NOT NULL,
    undone_at  TEXT
) STRICT;

CREATE TABLE bank_line (
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
    state       TEXT NOT NULL CHECK (state IN ('open', 'ready', 'matched', 'filed', 'transfer', 'undone')),
    headline    TEXT NOT NULL DEFAULT '',
    booked_as   TEXT NOT NULL DEFAULT '',
    decided_by  TEXT,
    decided_at  TEXT,
    UNIQUE (account, external_id)
) STRICT;
CREATE INDEX bank_line_by_state ON bank_line (state, occurred_on, key);
CREATE INDEX bank_line_decided ON bank_line (decided_at, key) WHERE decided_at IS NOT NULL;
CREATE INDEX bank_line_by_import ON bank_line (import);
CREATE INDEX bank_line_by_account_day ON bank_line (account, occurred_on);

CREATE TABLE customer (
    key         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    folded      TEXT NOT NULL,
    email       TEXT NOT NULL DEFAULT '',
    external_id TEXT UNIQUE,
    address     TEXT NOT NULL DEFAULT '',
    country     TEXT NOT NULL DEFAULT '',
    plan        TEXT NOT NULL DEFAULT '',
    signed_up   TEXT,
    import      INTEGER REFERENCES import (key)
) STRICT;
CREATE INDEX customer_by_name ON customer (folded);
CREATE INDEX customer_by_email ON customer (email) WHERE email <> '';
CREATE INDEX customer_by_import ON customer (import) WHERE import IS NOT NULL;

-- A payer's name that the founder confirmed as a customer's.
CREATE TABLE payer_alias (
    key      INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    payer    TEXT NOT NULL,
    folded   TEXT NOT NULL,
    customer INTEGER NOT NULL REFERENCES customer (key),
    since    TEXT NOT NULL,
    UNIQUE (folded, customer)
) STRICT;
CREATE INDEX payer_alias_by_customer ON payer_alias (customer);

CREATE TABLE invoice (
    key        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    number     TEXT UNIQUE,
    reference  TEXT NOT NULL,
    customer   INTEGER NOT NULL REFERENCES customer (key),
    currency   TEXT NOT NULL,
    net        INTEGER NOT NULL,
    tax        INTEGER NOT NULL,
    total      INTEGER NOT NULL CHECK (total > 0),
    issued     TEXT NOT NULL,
    due        TEXT NOT NULL,
    stage      TEXT NOT NULL CHECK (stage IN ('draft', 'issued', 'void')),
    created_at TEXT NOT NULL,
    import     INTEGER REFERENCES import (key),
    CHECK ((stage = 'draft') = (number IS NULL) AND net + tax = total)
) STRICT;
CREATE INDEX invoice_by_day ON invoice (issued, key);
CREATE INDEX invoice_by_customer ON invoice (customer, issued);
CREATE INDEX invoice_by_reference ON invoice (reference);
CREATE INDEX invoice_by_stage ON invoice (stage, due);
CREATE INDEX invoice_by_import ON invoice (import) WHERE import IS NOT NULL;

CREATE TABLE invoice_line (
    invoice     INTEGER NOT NULL REFERENCES invoice (key) ON DELETE CASCADE,
    idx         INTEGER NOT NULL,
    text        TEXT NOT NULL,
    quantity    INTEGER NOT NULL CHECK (quantity > 0),
    price       INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    tax_percent TEXT NOT NULL DEFAULT '',
    tax         INTEGER NOT NULL,
    account     TEXT NOT NULL,
    PRIMARY KEY (invoice, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE payment (
    key         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    number      TEXT NOT NULL UNIQUE,
    customer    INTEGER NOT NULL REFERENCES customer (key),
    amount      INTEGER NOT NULL CHECK (amount > 0),
    currency    TEXT NOT NULL,
    method      TEXT NOT NULL CHECK (method IN ('cash', 'check', 'wire', 'ach', 'money_order', 'bank_transfer')),
    received_on TEXT NOT NULL,
    reference   TEXT NOT NULL,
    note        TEXT NOT NULL,
    proof       TEXT REFERENCES blob (hash),
    proof_name  TEXT NOT NULL DEFAULT '',
    receipt     TEXT NOT NULL UNIQUE,
    paper       TEXT NOT NULL CHECK (json_valid(paper)),
    pdf         TEXT NOT NULL REFERENCES blob (hash),
    state       TEXT NOT NULL CHECK (state IN ('undeposited', 'deposited', 'undone')),
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX payment_by_day ON payment (received_on, key);
CREATE INDEX payment_by_state ON payment (state, received_on, key);
CREATE INDEX payment_by_customer ON payment (customer, received_on);

-- Which money settles which invoice by how much; each owns exactly one entry.
CREATE TABLE allocation (
    key         INTEGER PRIMARY KEY,
    invoice     INTEGER REFERENCES invoice (key),   -- NULL: the money became credit
    customer    INTEGER NOT NULL REFERENCES customer (key),
    funds_kind  TEXT NOT NULL CHECK (funds_kind IN ('line', 'payment', 'credit')),
    funds_id    TEXT NOT NULL,
    amount      INTEGER NOT NULL,                   -- what it settles of the invoice
    fee         INTEGER NOT NULL DEFAULT 0,
    over        INTEGER NOT NULL DEFAULT 0,         -- what became credit
    currency    TEXT NOT NULL,
    on_day      TEXT NOT NULL,
    entry       INTEGER NOT NULL UNIQUE REFERENCES entry (number),
    undone_by   INTEGER UNIQUE REFERENCES entry (number)
) STRICT;
CREATE INDEX allocation_by_invoice ON allocation (invoice, on_day);
CREATE INDEX allocation_by_funds ON allocation (funds_kind, funds_id);
CREATE INDEX allocation_by_customer ON allocation (customer, on_day);

-- Other bookings of a bank line (filed, transfer, deposit), to be undone with it.
CREATE TABLE line_booking (
    line  TEXT NOT NULL REFERENCES bank_line (id),
    entry INTEGER NOT NULL REFERENCES entry (number),
    kind  TEXT NOT NULL CHECK (kind IN ('filed', 'transfer', 'deposit', 'payout', 'credit')),
    other TEXT NOT NULL,                            -- account, other line, payment or payout
    undone_by INTEGER REFERENCES entry (number),
    PRIMARY KEY (line, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX line_booking_by_entry ON line_booking (entry);
CREATE INDEX line_booking_by_other ON line_booking (other);

-- A pairing that the founder refused never comes back.
CREATE TABLE match_rejection (
    line   TEXT NOT NULL REFERENCES bank_line (id),
    target TEXT NOT NULL,
    at     TEXT NOT NULL,
    PRIMARY KEY (line, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE payee_rule (
    key     INTEGER PRIMARY KEY,
    id      TEXT NOT NULL UNIQUE,
    payee   TEXT NOT NULL,
    folded  TEXT NOT NULL,
    outgoing INTEGER NOT NULL CHECK (outgoing IN (0, 1)),
    account TEXT NOT NULL,
    used    INTEGER NOT NULL DEFAULT 0,
    since   TEXT NOT NULL,
    UNIQUE (folded, outgoing)
) STRICT;

CREATE TABLE attention (
    key           INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    kind          TEXT NOT NULL,
    subject       TEXT NOT NULL,
    severity      TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    title         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    amount        INTEGER,
    currency      TEXT,
    since         TEXT NOT NULL,
    due           TEXT,
    actions       TEXT NOT NULL CHECK (json_valid(actions)),
    route         TEXT NOT NULL,
    snoozed_until TEXT,
    resolved_at   TEXT
) STRICT;
CREATE UNIQUE INDEX attention_open ON attention (subject, kind) WHERE resolved_at IS NULL;

-- Proofs and papers, by the SHA-256 of their bytes.
CREATE TABLE blob (
    hash  TEXT PRIMARY KEY CHECK (length(hash) = 64),
    media TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

-- The last number given in each series (invoices, receipts, payments, references).
CREATE TABLE series (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Answers of commands that create, so that a repeated command is harmless.
CREATE TABLE request (
    id     TEXT PRIMARY KEY,
    method TEXT NOT NULL,
    digest TEXT NOT NULL,
    reply  TEXT NOT NULL CHECK (json_valid(reply)),
    at     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX request_by_digest ON request (digest, at);

-- Decisions that can be taken back, and how.
CREATE TABLE undo (
    token   TEXT PRIMARY KEY,
    what    TEXT NOT NULL CHECK (json_valid(what)),
    say     TEXT NOT NULL,
    at      TEXT NOT NULL,
    used_at TEXT
) STRICT, WITHOUT ROWID;
