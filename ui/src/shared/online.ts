import { useSyncExternalStore } from "react";

/**
 * Since when the machine has no network, or null. The system's own word for now; connections add their
 * health with `reportNetwork` when they are tried.
 */
let since: Date | null = navigator.onLine === false ? new Date() : null;
const listeners = new Set<() => void>();

function set(next: Date | null): void {
  if ((next === null) === (since === null)) return;
  since = next;
  listeners.forEach((listener) => listener());
}

/** What an attempt showed: true after an answer, false when nothing could be reached. */
export function reportNetwork(reachable: boolean): void {
  set(reachable ? null : new Date());
}

window.addEventListener("offline", () => set(new Date()));
window.addEventListener("online", () => set(null));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useOfflineSince(): Date | null {
  return useSyncExternalStore(subscribe, () => since);
}
