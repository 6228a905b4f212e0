-- What became of the runs of a job on a day (of UTC), kept after the runs themselves are removed (JS-12).

CREATE TABLE job_day (
    job        TEXT NOT NULL,
    day        TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state = 'succeeded' OR state = 'failed' OR state = 'skipped' OR state = 'cancelled'),
    runs       INTEGER NOT NULL CHECK (runs > 0),
    -- of these, runs that needed more than one attempt
    again      INTEGER NOT NULL,
    took_ms    INTEGER NOT NULL,
    longest_ms INTEGER NOT NULL,
    PRIMARY KEY (job, day, state)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_day_by_day ON job_day (day);

INSERT INTO job_day
SELECT job, substr(ended_at, 1, 10), state, count(*), sum(attempts > 1), coalesce(sum(took_ms), 0),
       coalesce(max(took_ms), 0)
FROM job_run WHERE ended_at IS NOT NULL GROUP BY job, substr(ended_at, 1, 10), state;

CREATE TRIGGER job_run_skipped AFTER INSERT ON job_run WHEN new.ended_at IS NOT NULL
BEGIN
    INSERT INTO job_day VALUES (new.job, substr(new.ended_at, 1, 10), new.state, 1, 0, 0, 0)
    ON CONFLICT (job, day, state) DO UPDATE SET runs = runs + 1;
END;

CREATE TRIGGER job_run_ends AFTER UPDATE OF ended_at ON job_run WHEN old.ended_at IS NULL AND new.ended_at IS NOT NULL
BEGIN
    INSERT INTO job_day
    VALUES (new.job, substr(new.ended_at, 1, 10), new.state, 1, new.attempts > 1, coalesce(new.took_ms, 0),
            coalesce(new.took_ms, 0))
    ON CONFLICT (job, day, state) DO UPDATE SET runs = runs + 1, again = again + excluded.again,
        took_ms = took_ms + excluded.took_ms, longest_ms = max(longest_ms, excluded.longest_ms);
END;
