import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { asApiError, command } from "../api/client";

/** At most one sign of life in so many milliseconds. */
const EVERY_MS = 20_000;
const SIGNS = ["pointermove", "pointerdown", "keydown", "wheel"] as const;

/**
 * Tells the engine that somebody is here, by mouse or keyboard; without a sign for the set time it locks the
 * screen itself. Where it is locked already the state is read again, and the unlock screen shows.
 */
export function useSignsOfLife(): void {
  const client = useQueryClient();
  useEffect(() => {
    let last = Number.NEGATIVE_INFINITY;
    const sign = () => {
      const now = performance.now();
      if (now - last < EVERY_MS) return;
      last = now;
      command("touch", {}).catch((raw: unknown) => {
        const error = asApiError(raw);
        if (error.code === "locked") void client.invalidateQueries({ queryKey: ["host_state"] });
        else window.dispatchEvent(new CustomEvent("purser:problem", { detail: error }));
      });
    };
    for (const name of SIGNS) window.addEventListener(name, sign, { capture: true, passive: true });
    return () => {
      for (const name of SIGNS) window.removeEventListener(name, sign, { capture: true });
    };
  }, [client]);
}
