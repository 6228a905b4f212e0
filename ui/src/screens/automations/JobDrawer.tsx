import { useState } from "react";
import type { JobDetail } from "../../api/bindings";
import { useCommand, useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { FactList } from "../../shared/Facts";
import { useKeys } from "../../shared/keys/useKeys";
import { routeHref } from "../../shared/route";
import { LoadingRows, Problem, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import { When } from "../../shared/When";
import css from "./Jobs.module.css";
import { RunLog } from "./RunLog";
import { ScheduleForm } from "./ScheduleForm";
import { WatchedForm } from "./WatchedForm";

const words = text.jobs;
const LOOK_MS = 2000;
/** The job whose folder is chosen beside the backups. */
const COPIES = "backup-copies";
/** The job whose drawer holds the folder it watches; what any other one needs is connected in Settings. */
const WATCHED = "statements";

/** One job: what failed and the button that fixes it, its schedule, its log, and what it is. */
export function JobDrawer({ name }: { name: string }) {
  const job = useQueryApi("job", { name }, { keep: false, refetchMs: LOOK_MS });
  return (
    <div className={css.detail}>
      <Reply of={job} title={text.states.notShown(name)} loading={<LoadingRows rows={6} height={36} twoLine={false} />}>
        {(detail) => <Opened detail={detail} />}
      </Reply>
    </div>
  );
}

function Opened({ detail }: { detail: JobDetail }) {
  const { row } = detail;
  const [editing, setEditing] = useState(false);
  const [number, setNumber] = useState<number | null>(null);
  const run = useCommand("job_run");
  const pause = useDecide("job_pause");
  const resume = useDecide("job_resume");
  const cancel = useDecide("job_cancel");
  const paused = row.state === "paused";
  const failed = row.health === "error";
  const atWork = row.open?.state === "running";
  const ready = row.needs === null && !atWork;
  const start = () => {
    if (!ready || run.isPending) return;
    setNumber(null);
    run.mutate({ name: row.name, wait_seconds: 0 });
  };
  const toggle = () => void (paused ? resume : pause).act({ name: row.name });
  useKeys("screen", [
    { keys: ["T"], label: words.runKey, hint: true, enabled: ready, run: start },
    { keys: ["P"], label: words.pauseKey, hint: true, run: toggle },
    { keys: ["E"], label: words.scheduleKey, hint: true, run: () => setEditing(true) },
  ]);
  return (
    <>
      <h1>{row.title}</h1>
      {failed ? <p className="danger">{row.last_error}</p> : null}
      {!failed && row.last_result ? <p className="sec">{row.last_result}</p> : null}
      {row.needs ? <p className="sec">{row.needs}</p> : null}
      {row.needs && row.name === COPIES ? <a href={routeHref("settings", "backups")}>{words.backups}</a> : null}
      {row.needs && row.name !== WATCHED && row.name !== COPIES ? <a href={routeHref("settings", "connections")}>{words.connections}</a> : null}
      {atWork ? <p className="sec">{words.atWork}</p> : null}
      {row.open && row.open.state === "queued" && detail.runs[0]?.attempts ? (
        <p className="att">
          {words.triesAgain("")}
          <When at={row.open.due_at} />
        </p>
      ) : null}
      <div className={css.actions}>
        {ready ? (
          <Action look="primary" combo="T" disabled={run.isPending} onClick={start}>
            {failed ? words.runAgain : words.runNow}
          </Action>
        ) : null}
        {row.open ? (
          <Action disabled={cancel.busy} onClick={() => void cancel.act({ name: row.name })}>
            {words.stop}
          </Action>
        ) : null}
        <Action combo="P" disabled={pause.busy || resume.busy} onClick={toggle}>
          {paused ? words.resume : words.pause}
        </Action>
        <Action combo="E" aria-expanded={editing} onClick={() => setEditing(!editing)}>
          {words.change}
        </Action>
      </div>
      <Problem error={run.error ?? pause.error ?? resume.error ?? cancel.error} />
      {editing ? <ScheduleForm detail={detail} onClose={() => setEditing(false)} /> : null}
      <div className={css.block}>
        <FactList
          facts={[
            { key: "schedule", label: words.schedule, value: <Typed detail={detail} /> },
            { key: "slept", label: words.slept, value: detail.catch_up_words },
            { key: "retries", label: words.retries, value: detail.retries },
            { key: "limit", label: words.timeOut, value: detail.time_out },
            { key: "next", label: words.nextTimes, value: <NextTimes next={detail.next.slice(0, 3)} /> },
          ]}
        />
      </div>
      {row.name === WATCHED ? <WatchedForm /> : null}
      <RunLog detail={detail} number={number} onNumber={setNumber} />
      <Runbook detail={detail} />
    </>
  );
}

/** The cron fields stand only here; every list says the schedule in words. */
function Typed({ detail }: { detail: JobDetail }) {
  const { row } = detail;
  const zone = row.schedule.startsWith("every") ? "" : ` ${row.time_zone}`;
  return (
    <span title={row.words}>
      <span className="mono">{row.schedule}</span>
      {zone}
    </span>
  );
}

function NextTimes({ next }: { next: readonly string[] }) {
  if (next.length === 0) return <>{words.none}</>;
  return (
    <>
      {next.map((at, index) => (
        <span key={at}>
          {index > 0 ? ", " : ""}
          <When at={at} />
        </span>
      ))}
    </>
  );
}

function Runbook({ detail }: { detail: JobDetail }) {
  const parts = ["what", "when", "affects", "troubleshoot", "manual", "rollback"] as const;
  return (
    <section className={css.block} aria-label={words.runbook}>
      <h2>{words.runbook}</h2>
      <dl className={css.book}>
        {parts.map((part) => (
          <div key={part}>
            <dt>{words.runbookFacts[part]}</dt>
            <dd>{detail.runbook[part].replaceAll("`", "")}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
