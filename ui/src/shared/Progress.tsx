import { Action } from "./Action";
import css from "./Progress.module.css";
import { text } from "./text";

/** Work over one second: what, how far in real units, and a way to stop it. */
export function Progress({ what, done, total, onCancel }: { what: string; done: number; total: number | null; onCancel?: () => void }) {
  return (
    <div className={css.progress}>
      <div className={css.head}>
        <span className="small">{what}</span>
        {onCancel ? (
          <Action look="plain" onClick={onCancel}>
            {text.common.cancel}
          </Action>
        ) : null}
      </div>
      <div
        className={css.track}
        role="progressbar"
        aria-label={what}
        aria-valuemin={0}
        aria-valuemax={total ?? undefined}
        aria-valuenow={total === null ? undefined : done}
        aria-valuetext={what}
      >
        <span style={{ width: total ? `${Math.min(100, (done / total) * 100)}%` : "100%" }} className={total ? undefined : css.unknown} />
      </div>
    </div>
  );
}
