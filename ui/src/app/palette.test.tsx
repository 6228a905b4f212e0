import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Found } from "../api/bindings";
import { answer, draw } from "../test/draw";
import { Palette } from "./Palette";

const found = (title: string): Found => ({ kind: "customer", title, sub: "", amount: null, route: `/customers/${title}` });

describe("the palette", () => {
  it("takes nothing until what is typed now was answered", async () => {
    const waiting = new Map<string, (found: Found[]) => void>();
    const { calls } = answer({ search: ({ text }: { text: string }) => new Promise((resolve) => waiting.set(text, (list) => resolve({ found: list }))) });
    const close = vi.fn();
    window.location.hash = "#/today";
    draw(<Palette onClose={close} onKeys={() => undefined} />);
    const field = screen.getByRole("combobox");
    // "Lock" is also an action: it must not run in the place of a record that is still looked for.
    await userEvent.type(field, "lock{Enter}");
    await waitFor(() => expect(waiting.has("lock")).toBe(true));
    await userEvent.keyboard("{Enter}");
    await act(async () => waiting.get("lock")?.([found("Lockhart")]));
    expect(await screen.findByRole("option", { selected: true })).toHaveTextContent("Lockhart");
    await userEvent.clear(field);
    await userEvent.type(field, "mar{ArrowDown}{Enter}");
    await waitFor(() => expect(waiting.has("mar")).toBe(true));
    await userEvent.keyboard("{Enter}");
    expect(close).not.toHaveBeenCalled();
    expect(window.location.hash).toBe("#/today");
    expect(calls.filter((call) => call.kind === "command")).toEqual([]);
    await act(async () => waiting.get("mar")?.([found("Marlow")]));
    await waitFor(() => expect(screen.getByRole("option", { selected: true })).toHaveTextContent("Marlow"));
    await userEvent.keyboard("{Enter}");
    expect(window.location.hash).toBe("#/customers/Marlow");
  });
});
