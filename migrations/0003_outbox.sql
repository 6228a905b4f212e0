-- What leaves: batches of money out, their approvals, and the outbox that sends (invariants 4 and 5).
-- Nothing in here is ever deleted: what was proposed, approved and sent stays provable.

CREATE TABLE batch (
    key            INTEGER PRIMARY KEY,
    id             TEXT NOT NULL UNIQUE,
    kind           TEXT NOT NULL,                   -- refund…
    title          TEXT NOT NULL,
    state          TEXT NOT NULL
                   CHECK (state IN ('proposed', 'approved', 'sent', 'settled', 'failed', 'rejected', 'void')),
    revision       INTEGER NOT NULL CHECK (revision > 0),
    rail           TEXT NOT NULL,                   -- the rail's stable name, covered by the approval
    rail_title     TEXT NOT NULL,                   -- and its words on screen
    source_account TEXT NOT NULL,
    currency       TEXT NOT NULL,
    held           TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(held)),
    frozen_at      TEXT NOT NULL,
    expires_at     TEXT NOT NULL,
    void_reason    TEXT
) STRICT;
CREATE INDEX batch_by_state ON batch (state, key);

CREATE TABLE batch_item (
    key                     INTEGER PRIMARY KEY,
    id                      TEXT NOT NULL UNIQUE,
    batch                   INTEGER NOT NULL REFERENCES batch (key),
    payee                   TEXT NOT NULL,
    payee_name              TEXT NOT NULL,
    text                    TEXT NOT NULL,
    amount                  INTEGER NOT NULL CHECK (amount > 0),
    currency                TEXT NOT NULL,
    destination_shown       TEXT NOT NULL,          -- masked; the full one is only in the frozen request
    destination_fingerprint TEXT NOT NULL CHECK (length(destination_fingerprint) = 64),
    state                   TEXT NOT NULL CHECK (state IN
                            ('proposed', 'approved', 'sending', 'sent', 'settled', 'failed', 'unknown', 'void')),
    entry                   INTEGER UNIQUE REFERENCES entry (number)   -- booked when the rail took it
) STRICT;
CREATE INDEX batch_item_by_batch ON batch_item (batch, key);
CREATE INDEX batch_item_by_state ON batch_item (state, currency, amount);

-- What an item gives back, split once when it is proposed: the parts add up to the item's amount.
CREATE TABLE refund (
    item     INTEGER PRIMARY KEY REFERENCES batch_item (key),
    payment  TEXT NOT NULL,
    customer TEXT NOT NULL,
    credit   INTEGER NOT NULL CHECK (credit >= 0),
    revenue  INTEGER NOT NULL CHECK (revenue >= 0),
    tax      INTEGER NOT NULL CHECK (tax >= 0),
    currency TEXT NOT NULL
) STRICT;
CREATE INDEX refund_by_payment ON refund (payment);
CREATE INDEX refund_by_customer ON refund (customer);

-- One row per approval, never a second one for the same revision: an approval is single-use.
CREATE TABLE approval (
    key         INTEGER PRIMARY KEY,
    batch       INTEGER NOT NULL REFERENCES batch (key),
    revision    INTEGER NOT NULL,
    digest      TEXT NOT NULL CHECK (length(digest) = 64),
    approved_at TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    process     TEXT NOT NULL,                      -- who holds its undo window
    undo_until  TEXT NOT NULL,
    -- window: can be taken back, dies with its process · released: may be sent · used: all of it was sent
    state       TEXT NOT NULL CHECK (state IN ('window', 'released', 'used', 'undone', 'void')),
    void_reason TEXT,
    ended_at    TEXT,
    UNIQUE (batch, revision)
) STRICT;
CREATE INDEX approval_by_state ON approval (state, undo_until);

-- The outbox. The request is frozen when it is decided; its key is the provider's idempotency key for ever.
CREATE TABLE effect (
    key             INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL,                  -- email.receipt, money.refund, webhook…
    via             TEXT NOT NULL,                  -- the rail or channel that carries it
    title           TEXT NOT NULL,
    delivery        TEXT NOT NULL CHECK (delivery IN ('keyed', 'lookup', 'neither')),
    state           TEXT NOT NULL
                    CHECK (state IN ('held', 'queued', 'sending', 'sent', 'failed', 'unknown', 'cancelled')),
    idempotency_key TEXT NOT NULL UNIQUE,
    request         BLOB NOT NULL,
    request_digest  TEXT NOT NULL CHECK (length(request_digest) = 64),
    amount          INTEGER,
    currency        TEXT,
    batch_item      INTEGER REFERENCES batch_item (key),
    created_at      TEXT NOT NULL,
    not_before      TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    lookups         INTEGER NOT NULL DEFAULT 0,
    next_try_at     TEXT,
    provider_id     TEXT,
    last_error      TEXT,
    claimed_at      TEXT,
    claimed_by      TEXT,
    ended_at        TEXT,
    CHECK ((amount IS NULL) = (currency IS NULL)),
    -- Money leaves only as an item of a batch, which only an approval can release.
    CHECK ((kind GLOB 'money.*') = (batch_item IS NOT NULL))
) STRICT;
CREATE INDEX effect_by_state ON effect (state, via, key);
CREATE INDEX effect_by_item ON effect (batch_item) WHERE batch_item IS NOT NULL;
CREATE INDEX effect_ended ON effect (ended_at, key) WHERE ended_at IS NOT NULL;

CREATE TRIGGER effect_is_frozen BEFORE UPDATE OF id, kind, idempotency_key, request, request_digest, amount,
    currency, batch_item, delivery ON effect
BEGIN SELECT RAISE(ABORT, 'an effect is never changed once it is decided: cancel it and queue another'); END;
CREATE TRIGGER effect_is_never_deleted BEFORE DELETE ON effect
BEGIN SELECT RAISE(ABORT, 'an effect is never deleted'); END;
CREATE TRIGGER approval_is_never_deleted BEFORE DELETE ON approval
BEGIN SELECT RAISE(ABORT, 'an approval is never deleted'); END;
