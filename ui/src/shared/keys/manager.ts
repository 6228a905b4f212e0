import { isSingle, matches, strokesOf, type Combo } from "./combo";

/** One key and what it does. `hint` puts it into the status line, `sheet` only into the `?` sheet. */
export interface KeyBinding {
  /** Several spellings of one act: ["J", "Down"]. */
  keys: Combo[];
  label: string;
  run: (event: KeyboardEvent) => void;
  hint?: boolean;
  /** What the status line shows, when not every spelling. */
  shownKeys?: Combo[];
  /** Works in a text field too (Escape, Ctrl Enter). */
  whileTyping?: boolean;
  enabled?: boolean;
}

export type Layer = "global" | "screen" | "window";

interface Scope {
  id: number;
  layer: Layer;
  bindings: readonly KeyBinding[];
}

const ORDER: Record<Layer, number> = { global: 0, screen: 1, window: 2 };
const SEQUENCE_MS = 1500;
const FIELD = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=''], [contenteditable=true]";
const PRESSABLE = "button, a[href], summary, [role=menuitem], [role=tab], [role=switch], [role=radio], input, select";

/** True when the keys belong to a text being written. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(FIELD) !== null;
}

/**
 * Owns the keyboard of one window. The scope registered last in the highest layer wins, so a screen shadows
 * a global key and an open window (palette, drawer, dialog) silences everything below it.
 */
export class KeyManager {
  private scopes: Scope[] = [];
  private next = 1;
  private pending: { prefix: string; until: number } | null = null;
  private listeners = new Set<() => void>();
  private snapshot: readonly KeyBinding[] = [];
  /** Single keys can be switched off (WCAG 2.1.4); keys with Ctrl, Enter and Escape stay. */
  singleKeys = true;

  constructor(private clock: () => number = () => performance.now()) {}

  /** Returns the removal. Throws when a screen would hide a global key without showing it. */
  add(layer: Layer, bindings: readonly KeyBinding[]): () => void {
    // A mistake of ours, found while developing; in the founder's hands the key simply works.
    if (import.meta.env.DEV && layer === "screen") this.checkShadows(bindings);
    const scope: Scope = { id: this.next++, layer, bindings };
    this.scopes = [...this.scopes, scope].sort((a, b) => ORDER[a.layer] - ORDER[b.layer] || a.id - b.id);
    this.changed();
    return () => {
      this.scopes = this.scopes.filter((s) => s.id !== scope.id);
      this.changed();
    };
  }

  /** The keys that work now, strongest first, each key once. */
  active(): readonly KeyBinding[] {
    return this.snapshot;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  setSingleKeys(on: boolean): void {
    this.singleKeys = on;
    this.changed();
  }

  /** Gives one stroke to the binding that owns it. Returns true when it was used. */
  handle(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing) return false;
    if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return false;
    const typing = isTyping(event.target);
    const prefix = this.pending && this.pending.until > this.clock() ? this.pending.prefix : null;
    this.pending = null;
    for (const scope of this.reachable()) {
      for (const binding of scope.bindings) {
        if (binding.enabled === false) continue;
        for (const combo of binding.keys) {
          if (this.try(binding, combo, event, prefix, typing)) return true;
        }
      }
    }
    return false;
  }

  private try(binding: KeyBinding, combo: Combo, event: KeyboardEvent, prefix: string | null, typing: boolean): boolean {
    const single = isSingle(combo);
    if (single && (typing || !this.singleKeys)) return false;
    const strokes = strokesOf(combo);
    const [first, second] = strokes;
    if (!first) return false;
    if (typing && !binding.whileTyping && !first.mod) return false;
    if (second) {
      if (prefix === combo.split(" ")[0] && matches(second, event)) return this.fire(binding, event);
      if (prefix === null && matches(first, event)) {
        this.pending = { prefix: first.key, until: this.clock() + SEQUENCE_MS };
        event.preventDefault();
        return true;
      }
      return false;
    }
    if (prefix !== null || !matches(first, event)) return false;
    // Enter and Space on a button press that button, whatever the screen does with them.
    const pressed = event.target instanceof Element && event.target.closest(PRESSABLE) !== null;
    if ((event.key === "Enter" || event.key === " ") && !first.mod && pressed && !binding.whileTyping) return false;
    return this.fire(binding, event);
  }

  private fire(binding: KeyBinding, event: KeyboardEvent): boolean {
    event.preventDefault();
    binding.run(event);
    return true;
  }

  /** Strongest first; nothing below an open window. */
  private reachable(): Scope[] {
    const strongest = [...this.scopes].reverse();
    const top = strongest.find((s) => s.layer === "window");
    return top ? [top] : strongest;
  }

  private checkShadows(bindings: readonly KeyBinding[]): void {
    const below = this.scopes.filter((s) => s.layer === "global").flatMap((s) => s.bindings);
    const global = new Set(below.filter((b) => b.enabled !== false).flatMap((b) => b.keys).filter(isSingle));
    for (const binding of bindings) {
      const hidden = binding.keys.find((key) => global.has(key));
      if (hidden !== undefined && !binding.hint) {
        throw new Error(`The key ${hidden} (${binding.label}) shadows a global key, so the status line must show it: set hint.`);
      }
    }
  }

  private changed(): void {
    const seen = new Set<Combo>();
    const reachable = this.reachable();
    const fresh = new Set<KeyBinding>();
    for (const binding of reachable.flatMap((s) => s.bindings)) {
      if (binding.enabled === false) continue;
      if (binding.keys.some((key) => !seen.has(key))) fresh.add(binding);
      binding.keys.forEach((key) => seen.add(key));
    }
    // Shown in reading order: the strongest layer first, inside it the list before the acts on its rows.
    this.snapshot = [...reachable]
      .sort((a, b) => ORDER[b.layer] - ORDER[a.layer] || a.id - b.id)
      .flatMap((s) => s.bindings)
      .filter((binding) => fresh.has(binding));
    this.listeners.forEach((listener) => listener());
  }
}
