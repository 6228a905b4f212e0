import { useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { Amount, Decision, Done } from "../api/bindings";
import { useQueryApi } from "../api/hooks";
import { useKeys } from "./keys/useKeys";
import { openRoute } from "./open";
import { navigate, useRoute } from "./route";
import { text } from "./text";

/** One decision of the morning: what was done in the engine's words, and the money that it moved. */
export interface Decided {
  say: string;
  /** Signed; null where nothing moved, for example when it was put off. */
  moved: Amount | null;
}

interface Running {
  items: Decision[];
  at: number;
  startedMs: number;
  decided: Decided[];
}

interface Morning {
  /** "3 of 9" for the top bar, while it runs. */
  progress: { at: number; of: number; startedMs: number } | null;
  finished: { decided: Decided[]; ms: number } | null;
  start: (items: readonly Decision[]) => void;
  leave: () => void;
}

const MorningContext = createContext<Morning>({ progress: null, finished: null, start: () => undefined, leave: () => undefined });

export function useMorning(): Morning {
  return useContext(MorningContext);
}

/** Kinds whose money leaves, or has left. */
const OUT = ["approve_batch", "file_lines"];

/** Acts that end a decision without moving its money. */
const UNMOVED = ["snooze", "batch_reject", "attention_done"];

/** The money of a decision with its sign; only the text is rearranged. */
function movedBy(item: Decision): Amount | null {
  if (!item.amount) return null;
  return OUT.includes(item.kind) ? { ...item.amount, amount: `-${item.amount.amount}` } : item.amount;
}

/** The last act of this window as the engine said it, with the name of its command. */
function useLastAct(): { current: { method: string; say: string } | null } {
  const client = useQueryClient();
  const last = useRef<{ method: string; say: string } | null>(null);
  useEffect(
    () =>
      client.getMutationCache().subscribe((event) => {
        if (event.type !== "updated" || event.action.type !== "success") return;
        const done = event.mutation.state.data as Partial<Done> | undefined;
        const method = String(event.mutation.options.mutationKey?.[0] ?? "");
        if (done && typeof done.say === "string") last.current = { method, say: done.say };
      }),
    [client],
  );
  return last;
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
  const lastAct = useLastAct();

  const start = useCallback(
    (items: readonly Decision[]) => {
      const first = items[0];
      if (!first) return;
      lastAct.current = null;
      setFinished(null);
      setRunning({ items: [...items], at: 0, startedMs: Date.now(), decided: [] });
      void openRoute(first.route);
    },
    [lastAct],
  );
  const leave = useCallback(() => {
    setRunning(null);
    navigate("#/today");
  }, []);

  useEffect(() => {
    if (!running || !attention.data || attention.isFetching || attention.isPlaceholderData) return;
    const open = new Set(attention.data.map((item) => item.id));
    const current = running.items[running.at];
    if (!current || open.has(current.id)) return;
    const act = lastAct.current;
    lastAct.current = null;
    // What another window decided, such as an approval, is named by its own title.
    const one: Decided = { say: act?.say ?? current.title, moved: UNMOVED.includes(act?.method ?? "") ? null : movedBy(current) };
    const decided = [...running.decided, one];
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
  }, [running, attention.data, attention.isFetching, attention.isPlaceholderData, lastAct]);

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
