import { useEffect, useState } from "react";

/** A value that follows another one after it has rested for `ms`: what is typed becomes one question. */
export function useDelayed<T>(value: T, ms: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(value), ms);
    return () => window.clearTimeout(timer);
  }, [value, ms]);
  return rested;
}
