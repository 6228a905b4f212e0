import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { ApiError } from "../../api/client";
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
  it("says what was kept and lost, each with its formula in words, and n/a where it would divide by nothing", async () => {
    const { container } = show("#/reports/revenue?month=2026-10");
    const rail = await screen.findByRole("region", { name: "October 2026" });
    const fact = (name: string) => within(rail).getAllByText(name, { selector: "dt *" })[0]!.closest("dl > div")!;
    const shown = ["Per customer", "Customers lost", "Revenue lost", "Net revenue kept", "Gross revenue kept", "Quick ratio", "Gross margin", "Lifetime value"].map((name) => fact(name).querySelector("dd")!.textContent);
    expect(shown).toEqual(["$220.78", "2.8 %", "4.9 %", "97.3 %", "95.1 %", "1.7", "96.9 %", "$7,744.34"]);
    await userEvent.click(within(rail).getByText("How each is computed"));
    expect(within(rail).getByText("Logo churn: 5 left of 181 who paid at the start.")).toBeVisible();
    expect(within(rail).getByText(/^Income booked in these days \(\$38,604\.10\) less fees of providers and banks \(\$1,197\.52\)/)).toBeVisible();
    expect(await violations(container)).toEqual([]);
  });
  it("shows n/a, never zero, where nothing left and nothing was earned", async () => {
    const ratios = [{ ...metrics.ratios[0]!, logo_churn: "0.0", quick_ratio: null, gross_margin: null, lifetime_value: null }];
    show("#/reports/revenue?month=2026-10", { metrics: { ...metrics, ratios } });
    const rail = await screen.findByRole("region", { name: "October 2026" });
    expect(within(rail).getAllByText("n/a")).toHaveLength(3);
    expect(within(rail).getByText("0.0 %")).toBeInTheDocument();
  });
  it("keeps currencies apart", async () => {
    const eur = (amount: string) => ({ amount, currency: "EUR" });
    const flow = { start: eur("100.00"), end: eur("90.00"), change: eur("-10.00"), percent: "−10.0", steps: [] };
    const ratios = { ...metrics.ratios[0]!, currency: "EUR", net_retention: "90.0", revenue_per_customer: eur("45.00") };
    const end = { mrr: eur("90.00"), arr: eur("1080.00"), customers: 2, past_due: eur("0.00"), parts: [] };
    show("#/reports/revenue?month=2026-10", { metrics: { ...metrics, flows: [...metrics.flows, flow], end: [...metrics.end, end], ratios: [...metrics.ratios, ratios] } });
    const rail = await screen.findByRole("region", { name: "October 2026" });
    expect(within(rail).getByText("97.3 %")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("radio", { name: "EUR" }));
    expect(within(rail).getByText("90.0 %")).toBeInTheDocument();
    expect(within(rail).queryByText("97.3 %")).toBeNull();
  });
  it("switches whether past-due customers count, with what it is worth", async () => {
    const { calls } = show("#/reports/revenue?month=2026-10");
    const rule = await screen.findByRole("switch", { name: "Past-due customers" });
    expect(rule).toBeChecked();
    expect(rule.closest("section")).toHaveTextContent("$349.00");
    rule.focus();
    await userEvent.keyboard(" ");
    expect(calls.find((call) => call.method === "metrics_save")?.input).toEqual({ past_due_counts: false });
    expect(await screen.findByText(/^Customers who are past due do not count/)).toBeInTheDocument();
  });
  it("says that a switch was not saved", async () => {
    show("#/reports/revenue?month=2026-10", { metrics_save: () => new ApiError("invalid", "The books are at work.") });
    await userEvent.click(await screen.findByRole("switch", { name: "Past-due customers" }));
    expect(await screen.findByRole("heading", { name: text.settings.saveFailed })).toBeInTheDocument();
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
