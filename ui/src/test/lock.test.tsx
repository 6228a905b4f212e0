import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { App } from "../app/App";
import { useChanges } from "../api/hooks";
import { setShell } from "../api/shell";
import { fixtures } from "../dev/fixtures";
import { answer, draw, violations } from "./draw";

/** The whole window over an engine that can be locked. */
function show(hash: string) {
  window.location.hash = hash;
  setShell({ onProgress: async () => () => undefined, onNavigate: async () => () => undefined, onFileDrop: async () => () => undefined });
  const engine = { locked: false };
  const open = fixtures("open");
  const guarded = Object.fromEntries(
    Object.entries(open).map(([method, reply]) => [
      method,
      (input: unknown) => {
        if (engine.locked && method !== "host_state") throw { code: "locked", message: "Purser is locked. Type the passphrase to go on.", detail: null };
        return typeof reply === "function" ? (reply as (input: unknown) => unknown)(input) : reply;
      },
    ]),
  );
  const host = open.host_state as Record<string, unknown>;
  const done = { sequence: 1, say: "", undo: null };
  const answered = answer({
    ...guarded,
    host_state: () => (engine.locked ? { ...host, state: "needs_passphrase", message: "Purser is locked. Type the passphrase to go on." } : host),
    touch: () => {
      if (engine.locked) throw { code: "locked", message: "Purser is locked.", detail: null };
      return done;
    },
    lock: () => {
      engine.locked = true;
      return { ...done, say: "Locked." };
    },
    unlock: ({ secret }: { secret: string }) => {
      if (secret !== "open sesame") throw { code: "wrong_passphrase", message: "This is not the passphrase.", detail: null };
      engine.locked = false;
      return { ...done, say: "Unlocked." };
    },
  });
  return { engine, ...answered, ...draw(<Window />) };
}

function Window() {
  useChanges();
  return <App />;
}

describe("the lock", () => {
  it("hears of mouse and keyboard, and not more often than it must", async () => {
    const { calls } = show("#/ledger/tie-out");
    await screen.findByRole("navigation", { name: "Screens" });
    for (let i = 0; i < 5; i += 1) fireEvent.pointerMove(window);
    fireEvent.keyDown(window, { key: "Shift" });
    await waitFor(() => expect(calls.filter((call) => call.method === "touch")).toHaveLength(1));
  });
  it("shows nothing of the books when the engine locked itself, and goes on where you were", async () => {
    const { engine, change, container } = show("#/customers/c3");
    await screen.findByRole("heading", { name: "Kestrel Logistics International LLC" });
    engine.locked = true;
    act(() => change({ topics: ["customers"], sequence: 9 }));
    const field = await screen.findByLabelText("Passphrase");
    expect(screen.getByText("Purser is locked. Type the passphrase to go on.")).toBeInTheDocument();
    expect(container).not.toHaveTextContent("Kestrel");
    expect(window.location.hash).toBe("#/customers/c3");
    expect(await violations(container)).toEqual([]);
    await userEvent.type(field, "open sesame");
    await userEvent.click(screen.getByRole("button", { name: "Open the books" }));
    expect(await screen.findByRole("heading", { name: "Kestrel Logistics International LLC" })).toBeInTheDocument();
  });
  it("locks with Ctrl Shift L, also while typing", async () => {
    const { calls } = show("#/customers");
    const field = await screen.findByRole("searchbox");
    fireEvent.keyDown(field, { key: "L", ctrlKey: true, shiftKey: true });
    expect(await screen.findByLabelText("Passphrase")).toBeInTheDocument();
    expect(calls.some((call) => call.method === "lock")).toBe(true);
  });
});
