import { useSyncExternalStore } from "react";

/** How this machine shows things; nothing here concerns the books. */
export interface Preferences {
  scheme: "light" | "dark" | "auto";
  compact: boolean;
  singleKeys: boolean;
  hour12: boolean;
}

const NAME = "purser.preferences";
const DEFAULTS: Preferences = {
  scheme: "auto",
  compact: false,
  singleKeys: true,
  hour12: false,
};

function load(): Preferences {
  const stored = window.localStorage.getItem(NAME);
  if (!stored) return DEFAULTS;
  try {
    return { ...DEFAULTS, ...(JSON.parse(stored) as Partial<Preferences>) };
  } catch {
    // A damaged preference is worth less than a window that opens.
    return DEFAULTS;
  }
}

let current = load();
const listeners = new Set<() => void>();

export function setPreference<K extends keyof Preferences>(name: K, value: Preferences[K]): void {
  current = { ...current, [name]: value };
  window.localStorage.setItem(NAME, JSON.stringify(current));
  listeners.forEach((listener) => listener());
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
