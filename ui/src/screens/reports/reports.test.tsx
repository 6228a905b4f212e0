import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { metrics, reports } from "../../dev/reports";
import { answer, draw, violations } from "../../test/draw";
import { text } from "../../shared/text";
import { Revenue } from "./Revenue";
import { columnsOf, cutOf, ticksOf } from "./scale";

function show(hash: string, replies: Record<string, unknown> = {}) {
  window.location.hash = hash;
  return { ...answer({ ...reports, ...replies }), ...draw(<Revenue />) };
}

describe("Revenue", () => {
  it("says what recurs, what changed it and that the movements add up", async () => {
    const { container, calls } = show("#/reports/revenue?month=2026-10");
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("$41,286.00 monthly recurring revenue on 31 Oct");
    expect(calls.find((call) => call.method === "metrics")?.input).toEqual({ from: "2026-09-30", to: "2026-10-31" });
    expect(screen.getByText("+$1,444.00 in October 2026, +3.6 %")).toBeInTheDocument();
    expect(screen.getByText("They add up to +$1,444.00, to the cent")).toBeInTheDocument();
    expect(screen.getByRole("img")).toHaveAccessibleName(/from \$39,842\.00 to \$41,286\.00: New \+\$2,310\.00, Reactivated/);
    expect(screen.getByText(/^The scale starts at/)).toBeInTheDocument();
    expect(screen.getByRole("row", { name: /Wren Optics/ })).toHaveTextContent("Left16 OctTeam, every month: ended349.000.00−349.00");
    expect(await violations(container)).toEqual([]);
  });
  it("reads this month up to today, and the one before with [", async () => {
    const { calls } = show("#/reports/revenue");
    await screen.findByRole("heading", { level: 1 });
    expect(calls.find((call) => call.method === "metrics")?.input).toEqual({ from: "2026-10-31", to: "2026-11-17" });
    fireEvent.keyDown(window, { key: "[" });
    expect(window.location.hash).toBe("#/reports/revenue?month=2026-10");
    fireEvent.keyDown(window, { key: "]" });
    expect(window.location.hash).toBe("#/reports/revenue?month=2026-11");
  });
  it("opens into every subscription, with the reason of those that do not count", async () => {
    const { container } = show("#/reports/revenue?month=2026-10");
    await userEvent.click(await screen.findByRole("radio", { name: "Subscriptions" }));
    const table = screen.getByRole("grid", { name: "Subscriptions" });
    expect(within(table).getByRole("row", { name: /Sable/ })).toHaveTextContent("past due, counts");
    expect(within(table).getByRole("row", { name: /Wren/ })).toHaveTextContent("has ended");
    expect(within(table).getByRole("row", { name: /Lakeshore/ })).toHaveTextContent("less a discount69.80279.20");
    expect(await violations(container)).toEqual([]);
    fireEvent.keyDown(window, { key: "Enter" });
    expect(window.location.hash).toBe("#/customers/c3");
  });
  it("says how to begin where no provider ever told of a subscription", async () => {
    const { container } = show("#/reports/revenue", { metrics: { ...metrics, start: [], end: [], flows: [], changes: [], told_at: null, connected: false } });
    await userEvent.click(await screen.findByRole("button", { name: "Connect a provider" }));
    expect(window.location.hash).toBe("#/settings/connections");
    expect(await violations(container)).toEqual([]);
  });
  it("says that nothing changed", async () => {
    const still = { ...metrics.flows[0]!, steps: [], end: metrics.flows[0]!.start, change: { amount: "0.00", currency: "USD" }, percent: "+0.0" };
    show("#/reports/revenue?month=2026-10", { metrics: { ...metrics, flows: [still], changes: [] } });
    expect(await screen.findByText("Nothing changed in these days")).toBeInTheDocument();
    expect(screen.getByText("no change in October 2026")).toBeInTheDocument();
  });
  it("says what failed, with a way on", async () => {
    show("#/reports/revenue", { metrics: undefined });
    expect(await screen.findByRole("heading", { name: text.states.notShown("Revenue") })).toBeInTheDocument();
    expect(screen.getByRole("button", { name: text.states.again })).toBeInTheDocument();
  });
});

describe("the scale of the waterfall", () => {
  it("is cut only where what moved would not be seen", () => {
    const columns = columnsOf(metrics.flows[0]!);
    const cut = cutOf(columns);
    expect(cut).toBe(38_000);
    expect(ticksOf(cut, 43_234).map((tick) => tick.label)).toEqual(["40k", "42k"]);
    const small = columns.map((column) => ({ ...column, low: column.low / 100, high: column.whole ? column.high : column.high / 100 }));
    expect(cutOf(small)).toBe(0);
    expect(cutOf([])).toBe(0);
  });
  it("begins each column where the one before ended", () => {
    const columns = columnsOf(metrics.flows[0]!);
    expect(columns.map((column) => column.end)).toEqual([39_842, 42_152, 42_350, 43_234, 42_832, 41_286, 41_286]);
    expect(columns.map((column) => column.tone)).toEqual(["sum", "more", "more", "more", "less", "less", "sum"]);
  });
});
