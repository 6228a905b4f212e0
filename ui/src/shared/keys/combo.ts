/** A key as written in the code: "A", "Shift A", "Mod K", "G M", "Enter", "/", "?". */
export type Combo = string;

export interface Stroke {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

const MODIFIERS = ["Mod", "Shift", "Alt"];
const NAMED: Record<string, string> = { Esc: "Escape", Up: "ArrowUp", Down: "ArrowDown", Left: "ArrowLeft", Right: "ArrowRight", Space: " " };

export const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

interface Parsed {
  mod: boolean;
  shift: boolean;
  alt: boolean;
  key: string;
}

/** "Mod K" is one stroke; "G M" is two: a word that is not a modifier ends a stroke. */
export function strokesOf(combo: Combo): Parsed[] {
  const strokes: Parsed[] = [];
  let held: string[] = [];
  for (const word of combo.split(" ")) {
    if (MODIFIERS.includes(word)) {
      held.push(word);
      continue;
    }
    strokes.push({
      mod: held.includes("Mod"),
      shift: held.includes("Shift"),
      alt: held.includes("Alt"),
      key: NAMED[word] ?? word,
    });
    held = [];
  }
  return strokes;
}

/** Letters compare without case; a sign such as "?" already contains its Shift. */
export function matches(stroke: Parsed, event: Stroke, mac = isMac): boolean {
  const mod = mac ? event.metaKey : event.ctrlKey;
  const foreign = mac ? event.ctrlKey : event.metaKey;
  if (stroke.mod !== mod || foreign || stroke.alt !== event.altKey) return false;
  if (stroke.key.length === 1 && /[a-z]/i.test(stroke.key)) {
    return stroke.shift === event.shiftKey && stroke.key.toLowerCase() === event.key.toLowerCase();
  }
  if (stroke.key.length === 1 && stroke.key !== " ") return stroke.key === event.key;
  return stroke.shift === event.shiftKey && stroke.key === event.key;
}

/** A key that needs no Ctrl: it is off while typing and can be switched off altogether. */
export function isSingle(combo: Combo): boolean {
  return strokesOf(combo).every((s) => !s.mod && !s.alt && s.key.length === 1);
}

/** What the chips show: "Ctrl K" on Linux and Windows, "⌘ K" on macOS. */
export function shown(combo: Combo, mac = isMac): string {
  return combo
    .split(" ")
    .map((word) => (word === "Mod" ? (mac ? "⌘" : "Ctrl") : word))
    .join(" ");
}

/** The value of aria-keyshortcuts; a sequence has no form there, so it gets none. */
export function ariaKeys(combo: Combo | undefined, mac = isMac): string | undefined {
  if (!combo) return undefined;
  const strokes = strokesOf(combo);
  const [stroke] = strokes;
  if (strokes.length !== 1 || !stroke) return undefined;
  const names = [];
  if (stroke.mod) names.push(mac ? "Meta" : "Control");
  if (stroke.alt) names.push("Alt");
  if (stroke.shift) names.push("Shift");
  names.push(stroke.key === " " ? "Space" : stroke.key);
  return names.join("+");
}
