import type { AutomationAnalytics, Away, JobAnalytics, JobDetail, JobRow, JobRunState, Jobs, LogLine, RunBar, RunLog, RunRow } from "../api/bindings";

function bars(shape: string, took: number): RunBar[] {
  const states: Record<string, [JobRunState, number]> = {
    s: ["succeeded", 1], r: ["succeeded", 2], f: ["failed", 4], k: ["skipped", 0], n: ["running", 1],
  };
  return [...shape].map((letter, index) => {
    const [state, attempts] = states[letter] ?? ["succeeded", 1];
    return { number: 412 - shape.length + 1 + index, state, attempts, took_ms: state === "skipped" ? null : took + ((index * 37) % 11) * Math.ceil(took / 40) };
  });
}

function row(name: string, title: string, schedule: string, words: string, shape: string, took: number, last: string, next: string | null, more: Partial<JobRow> = {}): JobRow {
  const failed = shape.endsWith("f");
  return {
    name, title, schedule, words, time_zone: "America/New_York", state: "active", paused_at: null, needs: null,
    health: failed ? "error" : shape.includes("r") ? "warning" : "healthy",
    last_run: last, last_status: failed ? "failed" : "succeeded", last_result: "Done.", last_error: failed ? "“NAS” is not mounted." : null,
    next_run: next, bars: bars(shape, took), open: null, ...more,
  };
}

const TWENTY = "s".repeat(20);
const rows: JobRow[] = [
  row("backup", "Nightly backup", "0 3 * * *", "Every day at 03:00 New York time", `${"s".repeat(17)}kff`, 22_000, "2026-11-17T08:02:00Z", "2026-11-18T08:00:00Z", { last_result: "“NAS” is not mounted." }),
  row("statements", "Watched folder", "every 5 min", "Every 5 minutes", `${"s".repeat(8)}r${"s".repeat(11)}`, 800, "2026-11-17T13:40:00Z", "2026-11-17T13:45:00Z"),
  row("match", "Match transfers", "0 * * * *", "Every hour, on the hour", TWENTY, 100, "2026-11-17T13:40:00Z", "2026-11-17T14:00:00Z"),
  row("receipts", "Receipts and outbox", "every 1 h", "Every hour", TWENTY, 90, "2026-11-17T13:00:00Z", "2026-11-17T14:00:00Z"),
  row("revenue-report", "Daily revenue report", "0 8 * * *", "Every day at 08:00 New York time", TWENTY, 4_700, "2026-11-17T13:00:00Z", "2026-11-18T13:00:00Z"),
  row("verify", "Prove the books", "0 3 * * *", "Every day at 03:00 New York time", TWENTY, 9_300, "2026-11-17T08:00:00Z", "2026-11-18T08:00:00Z"),
  row("logs", "Log rotation", "every 1 h", "Every hour", "s".repeat(10), 30, "2026-11-04T15:00:00Z", null, { state: "paused", paused_at: "2026-11-04T15:10:00Z" }),
];

const list: Jobs = { rows, runs_today: 41, counters: { failed_jobs: 1, pending_payouts: 1, unknown_effects: 0 }, rest: null };

function came(job: string, title: string, runs: number, failed: number, again: number, skipped: number, usual: number, longest: number): JobAnalytics {
  const percent = runs === 0 ? null : (Math.floor(((runs - failed) * 1000) / runs) / 10).toFixed(1);
  return { job, title, runs, succeeded: runs - failed, percent, failed, again, skipped, usual_ms: runs === 0 ? null : usual, longest_ms: longest };
}

const analytics: AutomationAnalytics = {
  from: "2026-10-19",
  jobs: [
    came("backup", "Nightly backup", 29, 1, 2, 1, 21_400, 31_200),
    came("statements", "Watched folder", 8_352, 0, 1, 14, 800, 2_310),
    came("match", "Match transfers", 696, 0, 0, 2, 110, 420),
    came("verify", "Prove the books", 29, 0, 0, 1, 9_300, 11_020),
  ],
  all: came("", "All jobs", 9_106, 1, 3, 18, 846, 31_200),
  sent: [{ what: "Emails", count: 214 }, { what: "Payments and refunds", count: 3 }, { what: "Posts to your application", count: 41 }],
  lines_alone: 96, lines_decided: 24,
};

function runRow(job: JobRow, bar: RunBar): RunRow {
  return {
    key: bar.number, job: job.name, title: job.title, number: bar.number, state: bar.state, cause: "On schedule",
    planned_for: "2026-11-17T08:00:00Z", due_at: "2026-11-17T08:00:00Z", started_at: "2026-11-17T08:02:11Z",
    ended_at: "2026-11-17T08:28:40Z", took_ms: bar.took_ms, attempts: bar.attempts,
    result: bar.state === "failed" ? "“NAS” is not mounted." : "Done.", error_code: bar.state === "failed" ? "not_mounted" : null,
  };
}

function detail(input: unknown): JobDetail {
  const { name } = input as { name: string };
  const found = rows.find((each) => each.name === name) ?? rows[0];
  if (!found) throw new Error("there are no jobs");
  return {
    row: found, catch_up: "latest_once", catch_up_words: "Run the latest once", retries: "3, after 1 minute, 5 minutes and 25 minutes",
    time_out: "2 hours", sends: false, next: found.next_run ? ["2026-11-18T08:00:00Z", "2026-11-19T08:00:00Z", "2026-11-20T08:00:00Z", "2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z"] : [],
    changed: false, own_schedule: found.schedule, runs: [...found.bars].reverse().map((bar) => runRow(found, bar)),
    runbook: {
      what: "Writes an encrypted copy of the books, opens it and checks it.", when: found.words, affects: "Files in backups.",
      troubleshoot: "Usually the disk is full or the folder cannot be written.", manual: "purser backup FILE", rollback: "Delete the file.",
    },
  };
}

const said: [string, string, string][] = [
  ["2026-11-17T08:02:11Z", "info", "Copying the store, 1.21 GB"],
  ["2026-11-17T08:02:29Z", "info", "Copied in 18.2 s, 2,114 pages changed meanwhile"],
  ["2026-11-17T08:02:33Z", "warning", "Second copy: /mnt/nas/purser is not mounted. Again in 1 minute."],
  ["2026-11-17T08:28:40Z", "error", "Gave up after 4 attempts."],
];
const lines: LogLine[] = said.map(([at, level, words], index) => ({ index: index + 1, at, level, text: words }));

function log(input: unknown): RunLog {
  const { name, number } = input as { name: string; number: number };
  const job = rows.find((each) => each.name === name) ?? rows[0];
  const bar = job?.bars.find((each) => each.number === number) ?? job?.bars[job.bars.length - 1];
  return { run: job && bar ? runRow(job, bar) : null, lines };
}

export const away: Away = {
  from: "2026-11-14T08:00:00Z", until: "2026-11-17T11:00:00Z", say: "78 runs were missed: 2 jobs caught up once, 1 job skipped.",
  rows: [
    { key: 1, job: "match", title: "Match transfers", missed: 72, first_at: "2026-11-14T09:00:00Z", last_at: "2026-11-17T11:00:00Z", decided: "latest_once", by_founder: false },
    { key: 2, job: "revenue-report", title: "Daily revenue report", missed: 3, first_at: "2026-11-14T13:00:00Z", last_at: "2026-11-16T13:00:00Z", decided: "latest_once", by_founder: false },
    { key: 3, job: "logs", title: "Log rotation", missed: 3, first_at: "2026-11-14T13:00:00Z", last_at: "2026-11-16T13:00:00Z", decided: "skip", by_founder: false },
  ],
};

const done = { sequence: 4, say: "Done", undo: "u2" };

export const jobs = {
  jobs: list,
  automation_analytics: analytics,
  jobs_rest: { ...done, say: "Jobs rest from 03:00 to 04:00." },
  job: detail,
  job_schedule_preview: { words: "Every day at 03:00 New York time", next: ["2026-11-18T08:00:00Z", "2026-11-19T08:00:00Z"], problem: null },
  runs_index: { keys: (rows[0]?.bars ?? []).map((bar) => bar.number).reverse() },
  runs_rows: (input: unknown) => {
    const backup = rows[0];
    if (!backup) return [];
    return (input as { keys: number[] }).keys.flatMap((key) => backup.bars.filter((bar) => bar.number === key).map((bar) => runRow(backup, bar)));
  },
  run_log: log,
  away: { away },
  watched_folder: { folder: "/Users/founder/Statements", account: "Mercury" },
  job_run: (input: unknown) => {
    const job = rows.find((each) => each.name === (input as { name: string }).name) ?? rows[0];
    const bar = job?.bars[0];
    if (!job || !bar) throw new Error("there are no jobs");
    return { ...runRow(job, bar), state: "queued" as const };
  },
  job_pause: { ...done, say: "Nightly backup is paused." },
  job_resume: { ...done, say: "Log rotation runs again." },
  job_schedule: { ...done, say: "Nightly backup runs every day at 02:00 New York time." },
  job_cancel: { ...done, say: "Nightly backup is stopping." },
  missed_decide: { ...done, say: "Daily revenue report runs 2 times now.", undo: null },
  away_seen: { ...done, say: "Seen.", undo: null },
  watched_folder_save: { ...done, say: "New CSV files in /Users/founder are imported.", undo: null },
};
