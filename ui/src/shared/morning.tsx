import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Decision } from "../api/bindings";
import { useQueryApi } from "../api/hooks";
import { useKeys } from "./keys/useKeys";
import { openRoute } from "./open";
import { navigate, useRoute } from "./route";
import { text } from "./text";

interface Running {
  items: Decision[];
  at: number;
  startedMs: number;
  decided: string[];
}

interface Morning {
  /** "3 of 9" for the top bar, while it runs. */
  progress: { at: number; of: number; startedMs: number } | null;
  finished: { decided: string[]; ms: number } | null;
  start: (items: readonly Decision[]) => void;
  leave: () => void;
}

const MorningContext = createContext<Morning>({ progress: null, finished: null, start: () => undefined, leave: () => undefined });

export function useMorning(): Morning {
  return useContext(MorningContext);
}

/**
 * The five-minute morning: the same items one by one, each on its own desk. When the engine no longer
 * lists the current item it was decided (or snoozed), and the next one opens.
 */
export function MorningProvider({ children }: { children: ReactNode }) {
  const [running, setRunning] = useState<Running | null>(null);
  const [finished, setFinished] = useState<Morning["finished"]>(null);
  const attention = useQueryApi("attention", {}, { enabled: running !== null });
  const route = useRoute();

  const start = useCallback((items: readonly Decision[]) => {
    const first = items[0];
    if (!first) return;
    setFinished(null);
    setRunning({ items: [...items], at: 0, startedMs: Date.now(), decided: [] });
    void openRoute(first.route);
  }, []);
  const leave = useCallback(() => {
    setRunning(null);
    navigate("#/today");
  }, []);

  useEffect(() => {
    if (!running || !attention.data || attention.isFetching || attention.isPlaceholderData) return;
    const open = new Set(attention.data.map((item) => item.id));
    const current = running.items[running.at];
    if (!current || open.has(current.id)) return;
    const decided = [...running.decided, current.title];
    let next = running.at + 1;
    while (next < running.items.length && !open.has(running.items[next]?.id ?? "")) next += 1;
    const item = running.items[next];
    if (item) {
      setRunning({ ...running, at: next, decided });
      void openRoute(item.route);
    } else {
      setRunning(null);
      setFinished({ decided, ms: Date.now() - running.startedMs });
      navigate("#/today");
    }
  }, [running, attention.data, attention.isFetching, attention.isPlaceholderData]);

  useKeys("global", [{ keys: ["Esc"], label: text.morning.leave, enabled: running !== null && route.section !== "today", run: leave }]);
  const value = useMemo<Morning>(
    () => ({
      progress: running ? { at: running.at + 1, of: running.items.length, startedMs: running.startedMs } : null,
      finished,
      start,
      leave,
    }),
    [running, finished, start, leave],
  );
  return <MorningContext.Provider value={value}>{children}</MorningContext.Provider>;
}
