-- The store's own tables: which migrations ran, named values, and the audit chain.

CREATE TABLE schema_migration (
    version    INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    checksum   TEXT NOT NULL,                  -- SHA-256 of the file, line ends as LF
    applied_at TEXT NOT NULL
) STRICT;

-- store_id, created_at, audit_head, schema_digest, fork_of, fork_at, fork_state, and what the tables above need.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per decision and one per ingest page. Each hash covers its row and the hash before it;
-- the newest (seq, hash) stands in meta too, so that a removed last row shows.
-- WITHOUT ROWID, so that writing the audit row of a change leaves last_insert_rowid() as the change set it.
CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY,
    at        TEXT NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    detail    TEXT NOT NULL CHECK (json_valid(detail)),
    prev_hash TEXT NOT NULL CHECK (length(prev_hash) = 64),
    hash      TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_by_subject ON audit (subject, seq);

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit row is never changed'); END;

CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit row is never deleted'); END;
