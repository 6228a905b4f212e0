import { useSyncExternalStore } from "react";
import type { ConnectionRow } from "../api/bindings";

/** Since when the machine has no network by the system's own word, or null. */
let since: Date | null = navigator.onLine === false ? new Date() : null;
const listeners = new Set<() => void>();

function set(next: Date | null): void {
  if ((next === null) === (since === null)) return;
  since = next;
  listeners.forEach((listener) => listener());
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

const UNREACHABLE = ["unreachable", "timed_out"];

/**
 * Where nobody who was asked could be reached, those and since when: the system may say that there is a network while
 * nothing gets through. One that answers shows that it is the other one's own trouble.
 */
export function unreachable(connections: readonly ConnectionRow[]): { titles: string[]; since: string } | null {
  const asked = connections.filter((row) => row.checked_at !== null);
  const silent = asked.filter((row) => row.trouble !== null && UNREACHABLE.includes(row.trouble.code));
  if (silent.length === 0 || silent.length < asked.length) return null;
  const times = silent.map((row) => row.trouble?.since ?? "").sort();
  return { titles: [...new Set(silent.map((row) => row.title))], since: times[times.length - 1] ?? "" };
}
