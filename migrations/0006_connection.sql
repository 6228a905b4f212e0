-- The founder's accounts at providers. Secrets are not in here: only the names of those that the vault keeps.

CREATE TABLE connection (
    key          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,               -- provider:name, such as smtp:main
    provider     TEXT NOT NULL,
    name         TEXT NOT NULL,
    base_url     TEXT NOT NULL,                      -- empty for what speaks no HTTP
    options      TEXT NOT NULL CHECK (json_valid(options)),
    secrets      TEXT NOT NULL CHECK (json_valid(secrets)),
    state        TEXT NOT NULL CHECK (state IN ('unchecked', 'ok', 'failing', 'needs_secret')),
    connected_at TEXT NOT NULL,
    checked_at   TEXT,
    last_ok      TEXT,
    error_code   TEXT,
    error        TEXT,
    error_since  TEXT,
    -- The provider's limit as it was last seen: used of limit requests in so many seconds.
    rate_used    INTEGER,
    rate_limit   INTEGER,
    rate_seconds INTEGER,
    rate_at      TEXT,
    CHECK ((error_code IS NULL) = (error IS NULL) AND (error IS NULL) = (error_since IS NULL)),
    CHECK ((state IN ('failing', 'needs_secret')) = (error IS NOT NULL)),
    CHECK ((rate_used IS NULL) = (rate_limit IS NULL) AND (rate_limit IS NULL) = (rate_seconds IS NULL)
           AND (rate_seconds IS NULL) = (rate_at IS NULL)),
    UNIQUE (provider, name)
) STRICT;
