import { useState } from "react";
import type { JobDetail, LogLine, RunRow } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { useClock } from "../../shared/company";
import { timeText } from "../../shared/format/time";
import { LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { When } from "../../shared/When";
import css from "./Jobs.module.css";

const words = text.jobs;
/** A run that is at work is read again so often. */
const LIVE_MS = 1000;
const EARLIER = 8;

/** The log of a job's newest run, or of the one that was chosen; it grows while the run is at work. */
export function RunLog({ detail, number, onNumber }: { detail: JobDetail; number: number | null; onNumber: (number: number) => void }) {
  const newest = detail.runs[0];
  const shown = number ?? newest?.number ?? 0;
  if (!newest) {
    return (
      <section className={css.block} aria-label={words.log}>
        <p className="sec">{words.neverRan}</p>
      </section>
    );
  }
  const earlier = detail.runs.filter((run) => run.number !== shown).slice(0, EARLIER);
  return (
    <section className={css.block} aria-label={words.log}>
      <Lines name={detail.row.name} number={shown} live={newest.number === shown && newest.ended_at === null} />
      {earlier.length > 0 ? (
        <>
          <div className="label">{words.earlier}</div>
          <ul className={css.runs}>
            {earlier.map((run) => (
              <li key={run.key}>
                <Action look="link" onClick={() => onNumber(run.number)}>
                  {`${words.run(run.number)} ${(words.states[run.state] ?? run.state).toLowerCase()}`}
                </Action>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

/** The lines of one run. */
export function Lines({ name, number, live }: { name: string; number: number; live: boolean }) {
  const log = useQueryApi("run_log", { name, number }, { keep: false, refetchMs: live ? LIVE_MS : undefined });
  return (
    <Reply of={log} title={text.states.notShown(words.run(number))} loading={<LoadingRows rows={4} height={20} twoLine={false} />}>
      {(data) => (
        <>
          <div className="between">
            <h2>{words.run(number)}</h2>
            <span className="small sec">{data.run ? <Span run={data.run} /> : null}</span>
          </div>
          {data.lines.length === 0 ? <p className="small sec">{words.noLog}</p> : null}
          <ol className={css.log} aria-live={live ? "polite" : undefined}>
            {data.lines.map((line) => (
              <li key={line.index}>
                <span className="sec">
                  <When at={line.at} as="seconds" />
                </span>
                <span className={line.level === "error" ? "danger" : line.level === "warning" ? "att" : undefined}>{line.text}</span>
              </li>
            ))}
          </ol>
          {data.lines.length > 0 ? <Copy run={number} lines={data.lines} /> : null}
        </>
      )}
    </Reply>
  );
}

function Span({ run }: { run: RunRow }) {
  const clock = useClock();
  const from = run.started_at ? timeText(run.started_at, clock, true) : "–";
  const until = run.ended_at ? timeText(run.ended_at, clock, true) : "…";
  return <>{`${words.between(from, until)}, ${words.attempts(run.attempts)}`}</>;
}

function Copy({ run, lines }: { run: number; lines: readonly LogLine[] }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    const whole = [words.run(run), ...lines.map((line) => `${line.at} ${line.level} ${line.text}`)].join("\n");
    navigator.clipboard.writeText(whole).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div>
      <Action look="link" onClick={copy}>
        {copied ? text.common.copied : words.copyLog}
      </Action>
    </div>
  );
}
