import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Clock } from "./format/time";

/** What every amount and time needs to know about the company. */
export interface CompanyFormat {
  currency: string;
  zone?: string;
  locale?: string;
  hour12?: boolean;
}

const FormatContext = createContext<CompanyFormat>({ currency: "USD" });
const NowContext = createContext<Date | null>(null);

/** Provides currency, zone and a "now" that moves every half minute; tests pass a fixed `now`. */
export function FormatProvider({ format, now, children }: { format: CompanyFormat; now?: Date; children: ReactNode }) {
  const [ticking, setTicking] = useState(() => new Date());
  useEffect(() => {
    if (now) return undefined;
    const timer = window.setInterval(() => setTicking(new Date()), 30_000);
    return () => window.clearInterval(timer);
  }, [now]);
  return (
    <FormatContext.Provider value={format}>
      <NowContext.Provider value={now ?? ticking}>{children}</NowContext.Provider>
    </FormatContext.Provider>
  );
}

export function useFormat(): CompanyFormat {
  return useContext(FormatContext);
}

/** The clock that texts are written with. */
export function useClock(): Clock {
  const format = useContext(FormatContext);
  const provided = useContext(NowContext);
  const [fallback] = useState(() => new Date());
  const now = provided ?? fallback;
  return useMemo(() => ({ now, zone: format.zone, locale: format.locale, hour12: format.hour12 }), [now, format]);
}

/** Milliseconds now, every second while something is timed. */
export function useNowMs(on: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!on) return undefined;
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, [on]);
  return now;
}
