import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { answer, draw, violations } from "../test/draw";
import { FilteredToNothing, tries } from "./Nearest";

const kestrel = { kind: "decision", title: "Kestrel paid $15.00 short", sub: "“WIRE REF”", route: "/money-in/match/d3", amount: { amount: "4785.00", currency: "USD" } };
const customer = { kind: "customer", title: "Kestrel Labs", sub: "nothing open", route: "/customers/c1", amount: null };

function show(found: (text: string) => unknown[]) {
  const onClear = vi.fn();
  const engine = answer({ search: ({ text }: { text: string }) => ({ found: found(text) }) });
  return { onClear, ...engine, ...draw(<FilteredToNothing typed="4785 kestral" route="/money-in/match/" noun="line" onClear={onClear} />) };
}

describe("a list filtered to nothing", () => {
  it("tries all of it, then each word, then how the words begin, and not for ever", () => {
    expect(tries("4785 kestral")).toEqual(["4785 kestral", "4785", "kestral", "kest"]);
    expect(tries(" a ")).toEqual(["a"]);
    expect(tries("one two three four five six seven eight")).toHaveLength(6);
  });
  it("names the nearest record of this list only, and shows it without the filter", async () => {
    const { onClear, container } = show((text) => (text === "kest" ? [customer, kestrel] : []));
    expect(await screen.findByText(/The nearest is Kestrel paid \$15\.00 short/)).toHaveTextContent("$4,785.00");
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Show that line" }));
    expect(onClear).toHaveBeenCalledTimes(1);
    expect(window.location.hash).toBe("#/money-in/match/d3");
  });
  it("says so when nothing comes near, and still clears", async () => {
    const { onClear } = show((text) => (text === "kest" ? [customer] : []));
    expect(await screen.findByText("No other word, amount or number comes near either.")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Show that line" })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Clear filter" }));
    expect(onClear).toHaveBeenCalledTimes(1);
  });
});
