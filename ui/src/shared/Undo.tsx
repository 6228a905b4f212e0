import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { Done, Leaving } from "../api/bindings";
import { command, asApiError, type ApiError, type CommandMethod, type Input, type Output } from "../api/client";
import { useCommand } from "../api/hooks";
import { Action } from "./Action";
import { useKeys } from "./keys/useKeys";
import { useVoice } from "./live";
import { text } from "./text";
import css from "./Undo.module.css";

const TOAST_MS = 6000;

interface Toast {
  say: string;
  token: string | null;
  failed?: boolean;
}

interface Undoing {
  /** Says what was done and offers to take it back for six seconds; `U` works until the next act. */
  show: (done: Done) => void;
  /** The last act that can still be taken back. */
  last: Toast | null;
  undoLast: () => void;
}

const UndoContext = createContext<Undoing>({ show: () => undefined, last: null, undoLast: () => undefined });

export function useUndo(): Undoing {
  return useContext(UndoContext);
}

/** Bottom left, six seconds, only for results of your own act. */
export function UndoProvider({ children, onUndone }: { children: ReactNode; onUndone?: () => void }) {
  const [toast, setToast] = useState<Toast | null>(null);
  const [last, setLast] = useState<Toast | null>(null);
  const [held, setHeld] = useState(false);
  const voice = useVoice();
  const busy = useRef(false);

  const show = useCallback(
    (done: Done) => {
      const next: Toast = { say: done.say, token: done.undo };
      setToast(next);
      setLast(done.undo ? next : null);
      voice.say(done.say);
    },
    [voice],
  );

  const undoLast = useCallback(() => {
    if (!last?.token || busy.current) return;
    busy.current = true;
    command("undo", { id: last.token })
      .then(
        (done) => {
          setToast({ say: done.say, token: null });
          setLast(null);
          voice.say(done.say);
          onUndone?.();
        },
        (raw: unknown) => {
          const error = asApiError(raw);
          setToast({ say: error.message, token: null, failed: true });
          voice.say(error.message);
        },
      )
      .finally(() => {
        busy.current = false;
      });
  }, [last, voice, onUndone]);

  useEffect(() => {
    if (!toast || held) return undefined;
    const timer = window.setTimeout(() => setToast(null), TOAST_MS);
    return () => window.clearTimeout(timer);
  }, [toast, held]);

  useKeys("global", [{ keys: ["U"], label: text.keys.undo, enabled: last !== null, hint: last !== null, run: undoLast }]);

  const value = useMemo(() => ({ show, last, undoLast }), [show, last, undoLast]);
  return (
    <UndoContext.Provider value={value}>
      {children}
      {toast ? (
        <div className={css.toast} onMouseEnter={() => setHeld(true)} onMouseLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
          <span className={toast.failed ? "danger" : undefined}>{toast.say}</span>
          {toast.token ? (
            <Action combo="U" onClick={undoLast}>
              {text.common.undo}
            </Action>
          ) : null}
        </div>
      ) : null}
    </UndoContext.Provider>
  );
}

type DoneCommand = { [M in CommandMethod]: Output<M> extends Done ? M : never }[CommandMethod];

/**
 * A decision that answers with Done: it is said, can be undone, and its error stays where it was made.
 * `act` resolves to true when it was done.
 */
export function useDecide<M extends DoneCommand>(method: M): { act: (input: Input<M>) => Promise<boolean>; busy: boolean; error: ApiError | null; clear: () => void } {
  const mutation = useCommand(method);
  const { show } = useUndo();
  const act = async (input: Input<M>) => {
    if (mutation.isPending) return false;
    try {
      show((await mutation.mutateAsync(input)) as Done);
      return true;
    } catch {
      // The mutation keeps the error; the screen shows it beside the act.
      return false;
    }
  };
  return { act, busy: mutation.isPending, error: mutation.error, clear: mutation.reset };
}

/** Whole seconds until a moment, counted on this machine from the seconds the engine named. */
export function useSecondsLeft(leaving: Leaving | null): number {
  const [left, setLeft] = useState(leaving?.seconds_left ?? 0);
  const key = leaving ? `${leaving.batch} ${leaving.leaves_at}` : "";
  const given = leaving?.seconds_left ?? 0;
  useEffect(() => {
    if (key === "") return undefined;
    const end = performance.now() + given * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((end - performance.now()) / 1000)));
    tick();
    const timer = window.setInterval(tick, 200);
    return () => window.clearInterval(timer);
    // A new reply for the same departure carries fewer seconds; the end it names is the same.
  }, [key, given]);
  return left;
}

/** The undo window of something that leaves the machine: in the button's place, with a bar that runs out. */
export function Countdown({ leaving, total, sentence, undo }: { leaving: Leaving; total: number; sentence: string; undo: ReactNode }) {
  const left = useSecondsLeft(leaving);
  const voice = useVoice();
  const said = useRef<number | null>(null);
  useEffect(() => {
    if (said.current === null) voice.interrupt(text.undo.leavesIn(left));
    else if (left === 5 && said.current > 5) voice.say(text.undo.leavesIn(5));
    else if (left === 0 && said.current > 0) voice.say(text.undo.left);
    said.current = left;
  }, [left, voice]);
  const share = total <= 0 ? 0 : Math.min(100, (left / total) * 100);
  return (
    <div className={css.countdown}>
      <div className="between">
        <strong className={css.leaves}>{left > 0 ? text.undo.leavesIn(left) : text.undo.left}</strong>
        {left > 0 ? undo : null}
      </div>
      <div className={css.track} aria-hidden="true">
        <span style={{ width: `${share}%` }} />
      </div>
      <p className="small sec">{sentence}</p>
    </div>
  );
}
