import { createContext, useContext, useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from "react";
import { KeyManager, type KeyBinding, type Layer } from "./manager";

const KeyContext = createContext<KeyManager | null>(null);

/** Listens once per window and hands every stroke to the manager. */
export function KeyProvider({ singleKeys = true, manager, children }: { singleKeys?: boolean; manager?: KeyManager; children: ReactNode }) {
  const own = useMemo(() => manager ?? new KeyManager(), [manager]);
  useEffect(() => own.setSingleKeys(singleKeys), [own, singleKeys]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      own.handle(event);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [own]);
  return <KeyContext.Provider value={own}>{children}</KeyContext.Provider>;
}

export function useKeyManager(): KeyManager {
  const manager = useContext(KeyContext);
  if (!manager) throw new Error("useKeys needs a KeyProvider above it");
  return manager;
}

/**
 * Keys of one screen or window. Handlers may close over fresh state: the newest one runs,
 * and the scope is only registered again when a key or label changes.
 */
export function useKeys(layer: Layer, bindings: readonly KeyBinding[], on = true): void {
  const manager = useKeyManager();
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  const shape = JSON.stringify(bindings.map((b) => [b.keys, b.shownKeys, b.label, b.hint, b.whileTyping, b.enabled]));
  useEffect(() => {
    if (!on) return undefined;
    const stable = latest.current.map((binding, index) => ({
      ...binding,
      run: (event: KeyboardEvent) => latest.current[index]?.run(event),
    }));
    return manager.add(layer, stable);
    // The shape stands for the bindings; their handlers are read through the ref.
  }, [manager, layer, shape, on]);
}

/** The keys that work here now, for the status line and the sheet. */
export function useActiveKeys(): readonly KeyBinding[] {
  const manager = useKeyManager();
  return useSyncExternalStore(manager.subscribe, () => manager.active());
}
