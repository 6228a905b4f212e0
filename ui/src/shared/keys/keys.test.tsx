import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { draw } from "../../test/draw";
import { ariaKeys, matches, shown, strokesOf } from "./combo";
import { KeyManager, type KeyBinding, type Layer } from "./manager";
import { useKeys } from "./useKeys";

function press(keys: KeyManager, key: string, more: Partial<KeyboardEventInit> & { target?: Element } = {}): boolean {
  const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...more });
  if (more.target) Object.defineProperty(event, "target", { value: more.target });
  return keys.handle(event);
}

function bind(manager: KeyManager, layer: Layer, key: string, more: Partial<KeyBinding> = {}) {
  const run = vi.fn();
  const remove = manager.add(layer, [{ keys: [key], label: key, run, ...more }]);
  return { run, remove };
}

describe("the keyboard", () => {
  it("lets a screen shadow a global key, and gives it back when the screen leaves", () => {
    const keys = new KeyManager();
    const below = bind(keys, "global", "X");
    const above = bind(keys, "screen", "X", { hint: true });
    press(keys, "x");
    expect([above.run.mock.calls.length, below.run.mock.calls.length]).toEqual([1, 0]);
    above.remove();
    press(keys, "x");
    expect(below.run).toHaveBeenCalledTimes(1);
  });
  it("refuses a shadow that the status line does not show", () => {
    const keys = new KeyManager();
    bind(keys, "global", "U");
    expect(() => bind(keys, "screen", "U")).toThrow(/shadows a global key/);
  });
  it("silences everything below an open window", () => {
    const keys = new KeyManager();
    const screenKey = bind(keys, "screen", "A");
    bind(keys, "window", "Esc");
    expect(press(keys, "a")).toBe(false);
    expect(screenKey.run).not.toHaveBeenCalled();
  });
  it("keeps single keys out of text being typed, but not Ctrl K or a key meant for typing", () => {
    const keys = new KeyManager();
    const field = document.createElement("input");
    const single = bind(keys, "screen", "A");
    const palette = bind(keys, "global", "Mod K");
    const escape = bind(keys, "screen", "Esc", { whileTyping: true });
    expect(press(keys, "a", { target: field })).toBe(false);
    expect(press(keys, "k", { target: field, ctrlKey: true })).toBe(true);
    expect(press(keys, "Escape", { target: field })).toBe(true);
    expect([single.run, palette.run, escape.run].map((run) => run.mock.calls.length)).toEqual([0, 1, 1]);
  });
  it("lets a checkbox keep focus without switching the keys off", () => {
    const keys = new KeyManager();
    const box = document.createElement("input");
    box.type = "checkbox";
    const single = bind(keys, "screen", "A");
    press(keys, "a", { target: box });
    expect(single.run).toHaveBeenCalledTimes(1);
  });
  it("can switch single keys off and leaves Ctrl, Enter and Escape", () => {
    const keys = new KeyManager();
    const single = bind(keys, "screen", "A");
    const go = bind(keys, "global", "G M");
    const enter = bind(keys, "screen", "Enter");
    keys.setSingleKeys(false);
    press(keys, "a");
    press(keys, "g");
    press(keys, "m");
    press(keys, "Enter");
    expect([single.run, go.run, enter.run].map((run) => run.mock.calls.length)).toEqual([0, 0, 1]);
  });
  it("goes with G and a letter, in time, and not to the letter's own act", () => {
    let now = 0;
    const keys = new KeyManager(() => now);
    const go = bind(keys, "global", "G M");
    const merge = bind(keys, "screen", "M");
    press(keys, "g");
    press(keys, "m");
    expect([go.run.mock.calls.length, merge.run.mock.calls.length]).toEqual([1, 0]);
    press(keys, "g");
    now = 2000;
    press(keys, "m");
    expect([go.run.mock.calls.length, merge.run.mock.calls.length]).toEqual([1, 1]);
  });
  it("tells A from Shift A, and takes ? as it is typed", () => {
    const keys = new KeyManager();
    const one = bind(keys, "screen", "A");
    const all = bind(keys, "screen", "Shift A");
    const sheet = bind(keys, "global", "?");
    press(keys, "A", { shiftKey: true });
    press(keys, "?", { shiftKey: true });
    expect([one.run, all.run, sheet.run].map((run) => run.mock.calls.length)).toEqual([0, 1, 1]);
  });
  it("leaves Enter to a button that has the focus", () => {
    const keys = new KeyManager();
    const open = bind(keys, "screen", "Enter");
    press(keys, "Enter", { target: document.createElement("button") });
    expect(open.run).not.toHaveBeenCalled();
  });
  it("ignores a key that is not enabled, and composition of other scripts", () => {
    const keys = new KeyManager();
    const off = bind(keys, "screen", "A", { enabled: false });
    press(keys, "a");
    const on = bind(keys, "screen", "B");
    press(keys, "b", { isComposing: true });
    expect([off.run.mock.calls.length, on.run.mock.calls.length]).toEqual([0, 0]);
  });
  it("shows ⌘ on macOS, speaks aria names, and uses Meta there", () => {
    expect([shown("Mod K", true), shown("Mod K", false)]).toEqual(["⌘ K", "Ctrl K"]);
    expect([ariaKeys("Mod K", false), ariaKeys("Shift A"), ariaKeys("Esc"), ariaKeys("G M")]).toEqual(["Control+K", "Shift+A", "Escape", undefined]);
    const stroke = strokesOf("Mod K")[0]!;
    const event = { key: "k", ctrlKey: true, metaKey: false, shiftKey: false, altKey: false };
    expect([matches(stroke, event, false), matches(stroke, event, true)]).toEqual([true, false]);
  });
});

describe("useKeys", () => {
  function Counter() {
    const [count, setCount] = useState(0);
    useKeys("screen", [{ keys: ["N"], label: "next", run: () => setCount(count + 1) }]);
    return <output>{count}</output>;
  }
  it("always runs the newest handler", () => {
    draw(<Counter />);
    for (let i = 0; i < 3; i += 1) fireEvent.keyDown(window, { key: "n" });
    expect(document.querySelector("output")).toHaveTextContent("3");
  });
  it("is silent in a real text field", async () => {
    draw(
      <>
        <Counter />
        <input aria-label="name" />
      </>,
    );
    await userEvent.type(screen.getByLabelText("name"), "nnn");
    expect(document.querySelector("output")).toHaveTextContent("0");
  });
});
