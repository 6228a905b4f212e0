import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { useCommand } from "../api/hooks";
import { shell, type LongWork } from "../api/shell";
import { Progress } from "./Progress";
import { text } from "./text";
import { countText } from "./locale";

/** Shorter work is not announced: it would only flicker. */
const LONG_MS = 1000;

/** Work with the moment at which this window first heard of it. */
type Timed = LongWork & { heardMs: number };

interface Works {
  /** What is going on, the newest first. */
  running: Timed[];
  cancel: (task: string) => void;
}

const LongWorkContext = createContext<Works>({ running: [], cancel: () => undefined });

export function useLongWork(): Works {
  return useContext(LongWorkContext);
}

/** "Reading mercury-2026.csv, line 61,200 of 100,000". */
export function workText(work: LongWork): string {
  if (work.done === 0 && work.total === 0) return work.what;
  const done = countText(work.done);
  return work.total > 0 ? text.work.of(work.what, work.unit, done, countText(work.total)) : text.work.sofar(work.what, work.unit, done);
}

/** The list with the news of one piece of work in its place; finished work leaves it. */
function withNews(before: readonly Timed[], work: LongWork): Timed[] {
  if (work.finished) return before.filter((other) => other.task !== work.task);
  if (!before.some((other) => other.task === work.task)) return [{ ...work, heardMs: performance.now() }, ...before];
  return before.map((other) => (other.task === work.task ? { ...work, heardMs: other.heardMs } : other));
}

/** The work that has lasted over a second: it stands in the status line, whatever the screen. */
export function useLastingWork(): LongWork | null {
  const { running } = useLongWork();
  const [, tick] = useState(0);
  const oldest = running[running.length - 1];
  const heardMs = oldest?.heardMs;
  useEffect(() => {
    if (heardMs === undefined) return undefined;
    const timer = window.setTimeout(() => tick((count) => count + 1), Math.max(0, heardMs + LONG_MS - performance.now()));
    return () => window.clearTimeout(timer);
  }, [heardMs]);
  return oldest && performance.now() - oldest.heardMs >= LONG_MS ? oldest : null;
}

/** Hears of long work wherever it was started; it goes on when the screen is left. */
export function LongWorkProvider({ children }: { children: ReactNode }) {
  const [running, setRunning] = useState<Timed[]>([]);
  const stop = useCommand("cancel");
  const cancel = stop.mutate;
  useEffect(() => {
    let off: (() => void) | null = null;
    let gone = false;
    shell()
      .onProgress((work) => setRunning((before) => withNews(before, work)))
      .then(
        (unlisten) => {
          if (gone) unlisten();
          else off = unlisten;
        },
        (error: unknown) => window.dispatchEvent(new CustomEvent("purser:problem", { detail: error })),
      );
    return () => {
      gone = true;
      off?.();
    };
  }, []);
  const value = useMemo<Works>(() => ({ running, cancel: (task) => cancel({ task }) }), [running, cancel]);
  return <LongWorkContext.Provider value={value}>{children}</LongWorkContext.Provider>;
}

/** The running work, where it was begun: what, how far, Cancel. */
export function RunningWork() {
  const { running, cancel } = useLongWork();
  return (
    <>
      {running.map((work) => (
        <Progress key={work.task} what={workText(work)} done={work.done} total={work.total > 0 ? work.total : null} onCancel={() => cancel(work.task)} />
      ))}
    </>
  );
}
