import { useMemo } from "react";
import { useClock } from "../shared/company";
import { momentText } from "../shared/format/time";
import { Key } from "../shared/Key";
import { isSingle } from "../shared/keys/combo";
import type { KeyBinding } from "../shared/keys/manager";
import { useActiveKeys } from "../shared/keys/useKeys";
import { useLastingWork, useLongWork, workText } from "../shared/longWork";
import { usePreferences } from "../shared/preferences";
import { useStatus } from "../shared/status";
import { text } from "../shared/text";
import { useSecondsLeft } from "../shared/Undo";
import css from "./StatusLine.module.css";

/** 28 px: what is up to date, what waits to leave, the books' state; right, the keys that work here now. */
export function StatusLine() {
  return (
    <footer className={css.line} aria-label={text.status.label}>
      <State />
      <Work />
      <Hints />
    </footer>
  );
}

function State() {
  const status = useStatus();
  const clock = useClock();
  const leaving = status?.leaving[0] ?? null;
  const left = useSecondsLeft(leaving);
  if (!status) return <span />;
  const at = (moment: string) => momentText(moment, clock);
  const verified = status.verified_at ? text.status.verified(at(status.verified_at)) : text.status.notVerified;
  const backup = status.backup_at ? text.status.backup(at(status.backup_at)) : text.status.noBackup;
  return (
    <div className={css.state}>
      <span className={css.part}>
        <span className={status.imported_at ? css.dot : css.dotOff} aria-hidden="true" />
        {status.imported_at ? text.status.imported(at(status.imported_at)) : text.status.nothingImported}
      </span>
      {leaving && left > 0 ? (
        <span className={css.leaving}>{text.undo.paymentLeaves(leaving.title, left)}</span>
      ) : status.paused_since ? (
        <span className={css.leaving}>{text.status.paused(at(status.paused_since))}</span>
      ) : (
        <span>{status.outbox_queued > 0 ? text.status.outboxQueued(status.outbox_queued) : text.status.outboxEmpty}</span>
      )}
      {status.verify_problem ? (
        <a className="danger" href="#/ledger/tie-out" title={status.verify_problem}>
          {text.status.verifyProblem}
        </a>
      ) : (
        <span>
          {verified}, {backup}
        </span>
      )}
    </div>
  );
}

/** Long work, on every screen: what, how far, and the way to stop it. */
function Work() {
  const work = useLastingWork();
  const { cancel } = useLongWork();
  if (!work) return null;
  const share = work.total > 0 ? Math.min(100, (work.done / work.total) * 100) : 100;
  return (
    <div className={css.work}>
      <span className="clip">{workText(work)}</span>
      <span
        className={css.track}
        role="progressbar"
        aria-label={work.what}
        aria-valuemin={0}
        aria-valuemax={work.total > 0 ? work.total : undefined}
        aria-valuenow={work.total > 0 ? work.done : undefined}
        aria-valuetext={workText(work)}
      >
        <span style={{ width: `${share}%` }} />
      </span>
      <button type="button" className={css.cancel} onClick={() => cancel(work.task)}>
        {text.common.cancel}
      </button>
    </div>
  );
}

const RANKS: Record<string, number> = { J: 0, "1": 1, Enter: 2, A: 3, "/": 5, X: 6, U: 7, "?": 9 };

/** Moving first, then opening, then the acts, then filter, export, undo; the sheet's own key stands last. */
function rank(binding: KeyBinding): number {
  return RANKS[binding.keys[0] ?? ""] ?? 4;
}

function Hints() {
  const active = useActiveKeys();
  const { singleKeys } = usePreferences();
  const hints = useMemo(() => {
    const wanted = active.filter((b) => b.hint && (singleKeys || b.keys.some((key) => !isSingle(key))));
    return [...wanted].sort((a, b) => rank(a) - rank(b));
  }, [active, singleKeys]);
  // The sheet of all keys is always in sight; of the others as many as there is room for.
  const sheet = hints.find((binding) => binding.keys.includes("?"));
  return (
    <div className={css.keys}>
      <div className={css.hints}>
        {hints.map((binding) => (binding === sheet ? null : <Hint key={binding.label} binding={binding} />))}
      </div>
      {sheet ? <Hint binding={sheet} /> : null}
    </div>
  );
}

function Hint({ binding }: { binding: KeyBinding }) {
  return (
    <span className={css.hint}>
      {(binding.shownKeys ?? binding.keys.slice(0, 1)).map((key) => (
        <Key key={key} combo={key} apart />
      ))}
      {binding.label}
    </span>
  );
}
