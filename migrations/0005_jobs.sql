-- Jobs: what the founder set, when each is due next, what ran and what it said.
-- All but job_setting is the program's diary: written without an audit row, and the old of it removed.

-- What the founder changed of a job; no row means that it is as the program has it.
CREATE TABLE job_setting (
    name      TEXT PRIMARY KEY,
    schedule  TEXT,                             -- as it is typed: "every 5 min" or five cron fields
    zone      TEXT,                             -- of the IANA list; NULL follows the company
    catch_up  TEXT CHECK (catch_up IN ('skip', 'latest_once', 'all')),
    paused_at TEXT,
    paused_by TEXT,
    CHECK ((paused_at IS NULL) = (paused_by IS NULL))
) STRICT, WITHOUT ROWID;

-- When a job is due. planned_as says by which schedule and zone, so that a change of either is seen.
CREATE TABLE job_plan (
    name       TEXT PRIMARY KEY,
    next_run   TEXT,
    planned_as TEXT NOT NULL,
    planned_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE job_run (
    key         INTEGER PRIMARY KEY,
    job         TEXT NOT NULL,
    number      INTEGER NOT NULL,               -- 1, 2, 3… of this job
    state       TEXT NOT NULL
                CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'skipped', 'cancelled')),
    cause       TEXT NOT NULL CHECK (cause IN ('schedule', 'catch_up', 'founder', 'after')),
    cause_of    TEXT NOT NULL DEFAULT '',       -- the founder's way, or the job that ran before
    planned_for TEXT NOT NULL,                  -- the time of the schedule that it is for
    due_at      TEXT NOT NULL,                  -- not before; moved by jitter and retries
    queued_at   TEXT NOT NULL,
    started_at  TEXT,                           -- of the first attempt
    ended_at    TEXT,
    took_ms     INTEGER,
    attempts    INTEGER NOT NULL DEFAULT 0,
    process     TEXT,                           -- which process has it in hand
    result      TEXT NOT NULL DEFAULT '',       -- one sentence
    counts      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(counts)),
    error_code  TEXT,
    lines       INTEGER NOT NULL DEFAULT 0,
    UNIQUE (job, number),
    CHECK ((ended_at IS NULL) = (state IN ('queued', 'running')))
) STRICT;
CREATE INDEX job_run_open ON job_run (state, due_at, key) WHERE state IN ('queued', 'running');
CREATE INDEX job_run_ended ON job_run (ended_at, key) WHERE ended_at IS NOT NULL;
-- One run of a job at a time.
CREATE UNIQUE INDEX job_run_at_work ON job_run (job) WHERE state = 'running';

CREATE TABLE job_log (
    run   INTEGER NOT NULL REFERENCES job_run (key),
    idx   INTEGER NOT NULL,
    at    TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
    text  TEXT NOT NULL,
    PRIMARY KEY (run, idx)
) STRICT, WITHOUT ROWID;

-- What a job missed while nothing ran, and what was done about it.
CREATE TABLE job_missed (
    key        INTEGER PRIMARY KEY,
    job        TEXT NOT NULL,
    away_from  TEXT NOT NULL,
    away_until TEXT NOT NULL,
    missed     INTEGER NOT NULL CHECK (missed > 0),
    first_at   TEXT NOT NULL,
    last_at    TEXT NOT NULL,
    decided    TEXT NOT NULL CHECK (decided IN ('skip', 'latest_once', 'all')),
    decided_by TEXT NOT NULL CHECK (decided_by IN ('rule', 'founder')),
    seen_at    TEXT
) STRICT;
CREATE INDEX job_missed_by_time ON job_missed (away_until, key);

-- When the scheduler last looked at the clock.
CREATE TABLE job_clock (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    seen_at TEXT NOT NULL
) STRICT;

-- Files of the watched folder that were looked at: imported once, or refused with the reason.
CREATE TABLE watched_file (
    path     TEXT PRIMARY KEY,
    bytes    INTEGER NOT NULL,
    modified TEXT NOT NULL,
    digest   TEXT NOT NULL CHECK (length(digest) = 64),
    state    TEXT NOT NULL CHECK (state IN ('imported', 'refused')),
    reason   TEXT NOT NULL DEFAULT '',
    at       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
