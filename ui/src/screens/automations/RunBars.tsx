import type { RunBar } from "../../api/bindings";
import { text } from "../../shared/text";
import css from "./Jobs.module.css";

const words = text.jobs;
const SLOTS = 20;

type Kind = "succeeded" | "retried" | "failed" | "skipped" | "running";

export function kindOf(bar: RunBar): Kind {
  switch (bar.state) {
    case "succeeded":
      return bar.attempts > 1 ? "retried" : "succeeded";
    case "failed":
      return "failed";
    case "skipped":
    case "cancelled":
      return "skipped";
    default:
      return "running";
  }
}

const KINDS: Kind[] = ["succeeded", "retried", "failed", "skipped", "running"];

/** `18 succeeded, 1 skipped or stopped, 2 failed`. */
export function barsText(bars: readonly RunBar[]): string {
  const counts = KINDS.map((kind) => [kind, bars.filter((bar) => kindOf(bar) === kind).length] as const);
  const parts = counts.filter(([, count]) => count > 0).map(([kind, count]) => words.barCount[kind](count));
  return parts.length === 0 ? words.noRuns : parts.join(", ");
}

/** The last runs, oldest first: height and shape carry the state, colour only repeats it. */
export function RunBars({ bars, paused }: { bars: readonly RunBar[]; paused: boolean }) {
  const label = barsText(bars);
  return (
    <span role="img" aria-label={label} title={label} className={css.bars}>
      {bars.map((bar) => (
        <span key={bar.number} className={`${css.bar} ${css[kindOf(bar)] ?? ""}`} />
      ))}
      {paused ? Array.from({ length: Math.max(0, SLOTS - bars.length) }, (_, index) => <span key={`gone ${index}`} className={`${css.bar} ${css.gone}`} />) : null}
    </span>
  );
}

/** What each shape means. */
export function Legend() {
  return (
    <ul className={css.legend} aria-label={words.legend}>
      {KINDS.map((kind) => (
        <li key={kind}>
          <span className={`${css.bar} ${css[kind] ?? ""}`} aria-hidden="true" />
          {words.barWords[kind]}
        </li>
      ))}
    </ul>
  );
}

const WIDTH = 36;
const HEIGHT = 16;

/** How long the runs took, as a small line; the number beside it says the last one. */
export function TookLine({ bars }: { bars: readonly RunBar[] }) {
  const times = bars.map((bar) => bar.took_ms).filter((took): took is number => took !== null);
  if (times.length < 2) return null;
  const top = Math.max(...times, 1);
  const step = WIDTH / (times.length - 1);
  const points = times.map((took, index) => `${(index * step).toFixed(1)},${(HEIGHT - 2 - (took / top) * (HEIGHT - 4)).toFixed(1)}`).join(" ");
  return (
    <svg className={css.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polyline points={points} />
    </svg>
  );
}
