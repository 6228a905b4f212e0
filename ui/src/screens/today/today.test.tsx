import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Decision } from "../../api/bindings";
import { setShell } from "../../api/shell";
import { today as fixtures } from "../../dev/today";
import { reports } from "../../dev/reports";
import { useChanges } from "../../api/hooks";
import { MorningProvider } from "../../shared/morning";
import { StatusProvider } from "../../shared/status";
import { text } from "../../shared/text";
import { answer, draw, violations } from "../../test/draw";
import { Today } from "./Today";

const decisions = fixtures.today.decisions;

function Listening() {
  useChanges();
  return null;
}

function show(replies: Record<string, unknown> = {}) {
  const engine = answer({ ...fixtures, ...replies });
  const drawn = draw(
    <StatusProvider status={fixtures.status}>
      <MorningProvider>
        <Listening />
        <Today />
      </MorningProvider>
    </StatusProvider>,
  );
  return { ...engine, ...drawn };
}

describe("Today", () => {
  beforeEach(() => {
    window.location.hash = "#/today";
  });
  it("says how many decisions, what is at stake and how long, and opens the first", async () => {
    show();
    expect(await screen.findByRole("heading", { name: "9 decisions" })).toBeInTheDocument();
    expect(screen.getByText(/at stake, about 5 minutes/)).toHaveTextContent("$16,941.80 at stake, about 5 minutes");
    expect(screen.getAllByRole("option")).toHaveLength(9);
    expect(screen.getByText("ACH file, settles 19 Nov")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Review $5,871.30" })).toBeInTheDocument();
  });
  it("lists the first of very many decisions, says how many follow, and counts in the words of the locale", async () => {
    const [first] = fixtures.today.decisions;
    const decisions = Array.from({ length: 1401 }, (_, at) => ({ ...first!, id: `many-${at}` }));
    show({ today: { ...fixtures.today, decisions, minutes: 701 } });
    expect(await screen.findByRole("heading", { name: "1,401 decisions" })).toBeInTheDocument();
    expect(screen.getAllByRole("option")).toHaveLength(200);
    expect(screen.getByText("1,201 more come after these.")).toBeInTheDocument();
    expect(screen.getByText(/about 12 hours/)).toBeInTheDocument();
  });
  it("shows what recurs and what was earned, each opening into its facts", async () => {
    const { container } = show(reports);
    const recurring = await screen.findByRole("link", { name: "Recurring a month" });
    expect(recurring).toHaveAttribute("href", "#/reports/revenue");
    expect(screen.getByText("+$1,444.00")).toHaveClass("in");
    expect(screen.getByRole("link", { name: "Earned, 1 Nov to 17 Nov" })).toHaveAttribute("href", "#/ledger/journal?account=Income&period=2026-11");
    expect(screen.getByRole("link", { name: "1 Oct to 17 Oct" })).toHaveAttribute("href", "#/ledger/journal?account=Income&period=2026-10");
    expect(screen.getByRole("link", { name: "At Stripe" })).toHaveAttribute("href", "#/ledger/tie-out");
    expect(screen.getByRole("link", { name: "Mercury Checking" })).toHaveAttribute("href", expect.stringContaining("Assets%3ABank%3AMercury"));
    expect(await violations(container)).toEqual([]);
  });
  it("says how what recurs becomes known, and that the revenue cannot be shown without blanking the queue", async () => {
    const untold = { ...reports.glance, recurring: [], kept: [], told_at: null };
    const { unmount } = show({ ...reports, glance: { ...untold, connected: false } });
    expect(await screen.findByRole("link", { name: "Connect one" })).toHaveAttribute("href", "#/settings/connections");
    unmount();
    const connected = show({ ...reports, glance: { ...untold, connected: true } });
    expect(await screen.findByText(/once your provider of payments was read for the first time/)).toBeInTheDocument();
    expect(screen.queryByRole("link", { name: "Connect one" })).not.toBeInTheDocument();
    connected.unmount();
    show();
    expect(await screen.findByRole("heading", { name: text.states.notShown("Revenue") })).toBeInTheDocument();
    expect(screen.getByRole("heading", { name: "9 decisions" })).toBeInTheDocument();
  });
  it("opens the review of a payout with A and releases nothing itself", async () => {
    const openConfirm = vi.fn(async () => undefined);
    setShell({ openConfirm });
    const { calls } = show();
    await screen.findAllByRole("option");
    fireEvent.keyDown(window, { key: "a" });
    expect(openConfirm).toHaveBeenCalledExactlyOnceWith("b1");
    expect(calls.filter((c) => c.kind !== "query")).toEqual([]);
  });
  it("goes to the desk of the chosen item with Enter", async () => {
    show();
    await screen.findAllByRole("option");
    fireEvent.keyDown(window, { key: "j" });
    fireEvent.keyDown(window, { key: "j" });
    fireEvent.keyDown(window, { key: "Enter" });
    expect(window.location.hash).toBe("#/money-in/match/d3");
  });
  it("asks again tomorrow with Z, selects the next item and offers undo", async () => {
    const { calls } = show();
    await screen.findAllByRole("option");
    fireEvent.keyDown(window, { key: "j" });
    fireEvent.keyDown(window, { key: "z" });
    expect(await screen.findByRole("button", { name: "Undo" })).toBeInTheDocument();
    expect(calls.find((c) => c.kind === "command")).toEqual({ kind: "command", method: "snooze", input: { id: "d2", until: "" } });
    expect(screen.getByRole("option", { selected: true })).toHaveTextContent("Kestrel Logistics paid $15.00 short");
  });
  it("takes what was settled elsewhere out with D, and nothing that is decided here", async () => {
    const { calls } = show();
    await screen.findAllByRole("option");
    expect(screen.queryByRole("button", { name: /^Done/ })).toBeNull();
    fireEvent.keyDown(window, { key: "d" });
    for (let step = 0; step < 5; step += 1) fireEvent.keyDown(window, { key: "j" });
    expect(screen.getByRole("button", { name: /^Done/ })).toBeInTheDocument();
    fireEvent.keyDown(window, { key: "d" });
    expect(await screen.findByRole("button", { name: "Undo" })).toBeInTheDocument();
    expect(calls.filter((c) => c.kind === "command")).toEqual([{ kind: "command", method: "attention_done", input: { id: "d6" } }]);
    expect(screen.getByRole("option", { selected: true })).toHaveTextContent("J. Holloway paid the same invoice twice");
  });
  it("asks again on a chosen morning with Shift Z", async () => {
    const { calls } = show();
    await screen.findAllByRole("option");
    fireEvent.keyDown(window, { key: "Z", shiftKey: true });
    const dialog = await screen.findByRole("dialog", { name: "Ask again" });
    expect(await violations(dialog)).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Fri 20 Nov, 09:00" }));
    await waitFor(() => expect(calls.find((call) => call.method === "snooze")?.input).toEqual({ id: "d1", until: "2026-11-20T14:00:00.000Z" }));
  });
  it("paints the age amber only where time is running", async () => {
    show();
    const options = await screen.findAllByRole("option");
    expect(within(options[1]!).getByText("47 h").closest(".att")).not.toBeNull();
    expect(within(options[2]!).getByText("1 d").closest(".att")).toBeNull();
  });
  it("shows the cleared state with this week and no praise", async () => {
    show({ today: { ...fixtures.today, decisions: [] } });
    expect(await screen.findByRole("heading", { name: "Nothing needs you" })).toBeInTheDocument();
    expect(screen.getByText("Stripe payout lands")).toBeInTheDocument();
    expect(screen.queryByRole("listbox")).toBeNull();
  });
  it("keeps its place and says why when Today cannot be read", async () => {
    show({ today: () => new Error("no") });
    expect(await screen.findByText("Today could not be read")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  });
  it("walks through the five-minute morning desk by desk and sums it up", async () => {
    let open: Decision[] = decisions.slice(1, 3);
    const { change } = show({ today: () => ({ ...fixtures.today, decisions: open }), attention: () => open });
    expect(await screen.findAllByRole("option")).toHaveLength(2);
    fireEvent.keyDown(window, { key: "s" });
    await waitFor(() => expect(window.location.hash).toBe("#/money-in/match/d2"));
    expect(await screen.findByText(/1 of 2/)).toBeInTheDocument();
    open = decisions.slice(2, 3);
    act(() => change({ topics: ["lines"], sequence: 2 }));
    await waitFor(() => expect(window.location.hash).toBe("#/money-in/match/d3"));
    open = [];
    act(() => change({ topics: ["lines"], sequence: 3 }));
    await waitFor(() => expect(window.location.hash).toBe("#/today"));
    expect(await screen.findByText(/^2 decisions in /)).toBeInTheDocument();
    const done = within(screen.getByRole("region", { name: "This morning" })).getAllByRole("listitem");
    expect(done.map((line) => line.textContent)).toEqual(["Transfer with no name and no reference+$1,290.00", "Kestrel Logistics paid $15.00 short+$4,785.00"]);
  });
  it("says of the morning what was done in the engine's words, and moves no money by putting off", async () => {
    let open: Decision[] = [decisions[0]!, decisions[2]!];
    const { change, calls, container } = show({
      today: () => ({ ...fixtures.today, decisions: open }),
      attention: () => open,
      money_moved: { came: [], went: [{ amount: "-5871.30", currency: "USD" }] },
    });
    expect(await screen.findAllByRole("option")).toHaveLength(2);
    setShell({ openConfirm: async () => undefined });
    fireEvent.keyDown(window, { key: "s" });
    await screen.findByText(/1 of 2/);
    // Approved in the confirm window, which is another one.
    open = [decisions[2]!];
    act(() => change({ topics: ["batches"], sequence: 2 }));
    await screen.findByText(/2 of 2/);
    open = [];
    fireEvent.keyDown(window, { key: "z" });
    const done = within(await screen.findByRole("region", { name: "This morning" })).getAllByRole("listitem");
    expect(done.map((line) => line.textContent)).toEqual(["Approve October affiliate payouts−$5,871.30", "Asked again tomorrow at 09:00"]);
    expect(screen.getByRole("button", { name: "See all 2 in the audit" })).toBeInTheDocument();
    // The engine adds up; the window asks with what stands in the list, and what was put off moved nothing.
    expect(await screen.findByText("Went out")).toBeInTheDocument();
    expect(screen.getByText("Went out").closest("div")).toHaveTextContent("−$5,871.30");
    expect(calls.filter((call) => call.method === "money_moved").at(-1)?.input).toEqual({ amounts: [{ amount: "-5871.30", currency: "USD" }] });
    expect(await violations(container)).toEqual([]);
  });
  it("says the age of a line whose alarm time has passed, not that it is due now", async () => {
    show({ today: { ...fixtures.today, decisions: [decisions[0]!, { ...decisions[1]!, since: "2026-11-12T00:00:00Z", due: "2026-11-14T00:00:00Z" }] } });
    const options = await screen.findAllByRole("option");
    expect(within(options[1]!).getByText("5 d").closest(".att")).not.toBeNull();
  });
  it("has no accessibility violation", async () => {
    const { container } = show();
    await screen.findAllByRole("option");
    expect(await violations(container)).toEqual([]);
  });
});
