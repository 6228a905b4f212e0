import { createContext, useCallback, useContext, useMemo, useRef, type ReactNode } from "react";

interface Voice {
  say: (sentence: string) => void;
  interrupt: (sentence: string) => void;
}

const LiveContext = createContext<Voice>({ say: () => undefined, interrupt: () => undefined });

/** Two live regions: polite for results, assertive only for the start of a countdown and a void approval. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const polite = useRef<HTMLDivElement>(null);
  const assertive = useRef<HTMLDivElement>(null);
  const speak = useCallback((element: HTMLDivElement | null, sentence: string) => {
    if (!element) return;
    // The same sentence twice must be heard twice, so the region is emptied first.
    element.textContent = "";
    window.setTimeout(() => {
      element.textContent = sentence;
    }, 30);
  }, []);
  const voice = useMemo<Voice>(
    () => ({
      say: (sentence) => speak(polite.current, sentence),
      interrupt: (sentence) => speak(assertive.current, sentence),
    }),
    [speak],
  );
  return (
    <LiveContext.Provider value={voice}>
      {children}
      <div ref={polite} className="sr" role="status" aria-live="polite" />
      <div ref={assertive} className="sr" role="alert" aria-live="assertive" />
    </LiveContext.Provider>
  );
}

export function useVoice(): Voice {
  return useContext(LiveContext);
}
