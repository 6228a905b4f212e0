import { act, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/client";
import { answer, draw, violations } from "../test/draw";
import { Action } from "./Action";
import { Countdown, useUndo } from "./Undo";
import { EvidenceLine, Differing } from "./Evidence";
import { AmountField, DayField } from "./fields";
import { Lines, neighbour, TwoLine } from "./Line";
import { Money } from "./Money";
import { Progress } from "./Progress";
import { Segments } from "./Segments";
import { ClearedState, EmptyState, ErrorState, LoadingRows, OfflineBanner } from "./States";
import { When } from "./When";
import { Postings, Why } from "./Why";

const usd = (amount: string) => ({ amount, currency: "USD" });
afterEach(() => vi.useRealTimers());

describe("Money", () => {
  it("splits the cents of a figure without changing its text", () => {
    const { container } = draw(<Money value={usd("98941.81")} figure />);
    expect(container.textContent).toContain("$98,941.81");
    expect(screen.getByText(".81")).toBeInTheDocument();
  });
  it("shows a dash for unknown and says so", () => {
    draw(<Money value={null} />);
    expect(screen.getByLabelText("unknown")).toHaveTextContent("–");
  });
  it("is green only for a movement that came in", () => {
    draw(
      <>
        <Money value={usd("5.00")} sign="movement" />
        <Money value={usd("-5.00")} sign="movement" />
        <Money value={usd("6.00")} />
      </>,
    );
    expect(screen.getByText("+$5.00")).toHaveClass("in");
    expect(screen.getByText("−$5.00")).not.toHaveClass("in");
    expect(screen.getByText("$6.00")).not.toHaveClass("in");
  });
});

describe("When", () => {
  it("gives an age its exact time for reading aloud and on hover", () => {
    draw(<When at="2026-11-15T14:30:00Z" as="running" />);
    const time = screen.getByTitle("15 November 2026, 09:30:00 GMT-5");
    expect(time).toHaveTextContent("47 h, 15 November 2026, 09:30:00 GMT-5");
    expect(time).toHaveAttribute("datetime", "2026-11-15T14:30:00Z");
  });
});

describe("Action", () => {
  it("announces its key and hides the chip from readers", () => {
    draw(<Action combo="Shift A">Confirm all</Action>);
    const button = screen.getByRole("button", { name: "Confirm all" });
    expect(button).toHaveAttribute("aria-keyshortcuts", "Shift+A");
    expect(within(button).getByText("Shift A").closest("[aria-hidden=true]")).not.toBeNull();
  });
});

describe("Lines", () => {
  function Queue({ onOpen = () => undefined }: { onOpen?: (id: string) => void }) {
    const [selected, setSelected] = useState<string | null>(null);
    return (
      <Lines
        label="Decisions"
        noun="move"
        groups={[{ id: "g", label: "all", keys: ["a", "b", "c"] }]}
        selected={selected}
        onSelect={setSelected}
        onOpen={onOpen}
        line={(id) => <TwoLine title={`Title ${id}`} reason="Reason" age="1 d" amount={<Money value={usd("1.00")} />} />}
        detail={(id) => <button type="button">Act on {id}</button>}
      />
    );
  }
  it("moves with J and K, keeps one tab stop, and does not run off the ends", () => {
    draw(<Queue />);
    const options = () => screen.getAllByRole("option");
    expect(options().map((o) => o.tabIndex)).toEqual([0, -1, -1]);
    fireEvent.keyDown(window, { key: "j" });
    expect(options().map((o) => o.tabIndex)).toEqual([-1, 0, -1]);
    expect(options()[1]).toHaveFocus();
    for (let i = 0; i < 5; i += 1) fireEvent.keyDown(window, { key: "ArrowDown" });
    expect(options().map((o) => o.getAttribute("aria-selected"))).toEqual(["false", "false", "true"]);
    fireEvent.keyDown(window, { key: "k" });
    expect(options()[1]).toHaveFocus();
  });
  it("opens with Enter, and draws the detail of the selected row outside its option", () => {
    const onOpen = vi.fn();
    draw(<Queue onOpen={onOpen} />);
    fireEvent.keyDown(window, { key: "j" });
    fireEvent.keyDown(window, { key: "Enter" });
    expect(onOpen).toHaveBeenCalledExactlyOnceWith("b");
    expect(screen.getByRole("button", { name: "Act on b" }).closest("[role=option]")).toBeNull();
  });
  it("names an option by title, reason, age and amount together", () => {
    draw(<Queue />);
    expect(screen.getByRole("option", { name: /Title a\s*Reason\s*1 d\s*\$1\.00/ })).toBeInTheDocument();
  });
  it("has no accessibility violation", async () => {
    const { container } = draw(<Queue />);
    expect(await violations(container)).toEqual([]);
  });
  it("knows the neighbour of a row that is gone", () => {
    expect(neighbour(["a", "b"], "z", 1)).toBe("a");
    expect(neighbour([], "z", 1)).toBeNull();
  });
});

describe("States", () => {
  it("draws nothing for 200 ms, then bars without motion", () => {
    vi.useFakeTimers();
    draw(<LoadingRows rows={3} />);
    expect(screen.queryByLabelText("Reading")).toBeNull();
    act(() => vi.advanceTimersByTime(199));
    expect(screen.queryByLabelText("Reading")).toBeNull();
    act(() => vi.advanceTimersByTime(2));
    expect(screen.getByLabelText("Reading")).toBeInTheDocument();
  });
  it("says what was not done, why, and copies the details", async () => {
    const user = userEvent.setup();
    draw(
      <ErrorState
        title="mercury-oct.csv was not imported"
        error={new ApiError("rows_refused", "Line 214 has 5 columns, the header has 6. Your books are as they were.", "214: 2026-10-19")}
        actions={<Action look="primary">Map the columns</Action>}
      />,
    );
    expect(screen.getAllByRole("alert")[0]).toHaveTextContent("Line 214 has 5 columns");
    await user.click(screen.getByRole("button", { name: "Copy details" }));
    expect(await navigator.clipboard.readText()).toBe(
      "mercury-oct.csv was not imported\nLine 214 has 5 columns, the header has 6. Your books are as they were.\nrows_refused\n214: 2026-10-19",
    );
    expect(screen.getByRole("button", { name: "Copied" })).toBeInTheDocument();
  });
  it("have no accessibility violation", async () => {
    const { container } = draw(
      <main>
        <EmptyState title="No bank lines yet" actions={<Action look="primary">Choose a file</Action>}>
          Drop a statement file here.
        </EmptyState>
        <ClearedState title="All 14 lines are matched">Next transfers are read at 08:55.</ClearedState>
        <ErrorState title="Not imported" error={new ApiError("x", "Because.", "detail")} />
        <OfflineBanner>
          <strong>No network since 07:52.</strong> You can go on working.
        </OfflineBanner>
        <LoadingRows />
        <Progress what="Reading mercury-2026.csv, line 61,200 of 100,000" done={61_200} total={100_000} onCancel={() => undefined} />
        <Segments label="State" value="all" options={[{ value: "all", label: "All" }, { value: "open", label: "Open" }]} onChange={() => undefined} />
        <ul>
          <EvidenceLine mark="partly" kind="Amount">
            $15.00 short
          </EvidenceLine>
        </ul>
        <Why title="Why $3.00" parts={[{ label: "One", amount: usd("1.00"), href: "#/a" }, { label: "Two", amount: usd("2.00") }]} sum={{ label: "Both", amount: usd("3.00") }} />
        <Postings rows={[{ account: "Assets:Bank:Mercury", note: "", amount: usd("1.00") }]} />
      </main>,
    );
    expect(await violations(container)).toEqual([]);
  });
  it("tells how far work is in real units", () => {
    draw(<Progress what="line 61,200 of 100,000" done={61_200} total={100_000} />);
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "61200");
  });
});

describe("Evidence", () => {
  it("underlines exactly the letters that differ", () => {
    const { container } = draw(<Differing written="NB1O42 I187" expected="NB10421187" />);
    expect([...container.querySelectorAll("[class*=differs]")].map((n) => n.textContent)).toEqual(["O", "I"]);
    expect(container.querySelector(".mono")?.textContent).toBe("NB1O42 I187");
  });
});

describe("fields", () => {
  function Form() {
    const [amount, setAmount] = useState("");
    const [day, setDay] = useState("2026-11-16");
    return (
      <>
        <AmountField label="Amount" value={amount} currency="USD" onChange={setAmount} />
        <DayField label="Received" value={day} onChange={setDay} />
        <output>{`${amount}|${day}`}</output>
      </>
    );
  }
  const value = () => document.querySelector("output")?.textContent;
  it("hands the store a plain decimal string and shows it grouped", async () => {
    const user = userEvent.setup();
    draw(<Form />);
    await user.type(screen.getByLabelText("Amount"), "2,500");
    await user.tab();
    expect(value()).toBe("2500|2026-11-16");
    expect(screen.getByLabelText("Amount")).toHaveValue("2,500.00");
  });
  it("says what an amount looks like and keeps the last good one", async () => {
    const user = userEvent.setup();
    draw(<Form />);
    await user.type(screen.getByLabelText("Amount"), "12x");
    await user.tab();
    expect(screen.getByText("Write an amount such as 1,234.50")).toBeInTheDocument();
    expect(value()).toBe("12|2026-11-16");
  });
  it("takes a day as soon as it can be read, before the field is left", async () => {
    const user = userEvent.setup();
    draw(<Form />);
    const field = screen.getByLabelText("Received");
    await user.clear(field);
    await user.type(field, "3 Sep 2025");
    expect(field).toHaveValue("3 Sep 2025");
    expect(value()).toBe("|2025-09-03");
    await user.type(field, "{Backspace}x");
    expect(value()).toBe("|2025-09-03");
    expect(field).toHaveValue("3 Sep 202x");
  });
  it("reads a day in words", async () => {
    const user = userEvent.setup();
    draw(<Form />);
    const field = screen.getByLabelText("Received");
    expect(field).toHaveValue("16 Nov 2026");
    await user.clear(field);
    await user.type(field, "3 sep");
    await user.tab();
    expect(value()).toBe("|2026-09-03");
  });
});

describe("Undo", () => {
  function Act() {
    const { show } = useUndo();
    return (
      <button type="button" onClick={() => show({ sequence: 1, say: "Matched, 3 left", undo: "u7" })}>
        act
      </button>
    );
  }
  it("stays six seconds, takes the act back with U, and says so", async () => {
    const { calls } = answer({ undo: { sequence: 2, say: "Taken back", undo: null } });
    vi.useFakeTimers({ shouldAdvanceTime: true });
    draw(<Act />);
    fireEvent.click(screen.getByRole("button", { name: "act" }));
    expect(screen.getByRole("button", { name: "Undo" })).toBeInTheDocument();
    act(() => vi.advanceTimersByTime(5900));
    expect(screen.getByRole("button", { name: "Undo" })).toBeInTheDocument();
    act(() => vi.advanceTimersByTime(200));
    expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
    fireEvent.keyDown(window, { key: "u" });
    await vi.waitFor(() => expect(screen.getAllByText("Taken back").length).toBeGreaterThan(0));
    expect(calls).toEqual([{ kind: "command", method: "undo", input: { id: "u7" } }]);
    fireEvent.keyDown(window, { key: "u" });
    expect(calls).toHaveLength(1);
  });
  it("says why it could not be taken back", async () => {
    answer({ undo: () => new ApiError("sent", "The email has left and cannot be taken back.") });
    draw(<Act />);
    fireEvent.click(screen.getByRole("button", { name: "act" }));
    fireEvent.click(screen.getByRole("button", { name: "Undo" }));
    expect((await screen.findAllByText("The email has left and cannot be taken back.")).length).toBeGreaterThan(0);
  });
  it("counts a departure down aloud at the start, at 5 s and at the end", () => {
    vi.useFakeTimers();
    const leaving = { batch: "b1", title: "Payout", amount: usd("5871.30"), leaves_at: "2026-11-17T13:41:07Z", seconds_left: 7 };
    draw(<Countdown leaving={leaving} total={10} sentence="Closing Purser now sends nothing and asks again." undo={<Action combo="U">Undo</Action>} />);
    act(() => vi.advanceTimersByTime(50));
    expect(screen.getByRole("alert")).toHaveTextContent("Leaves in 7 s");
    act(() => vi.advanceTimersByTime(2050));
    act(() => vi.advanceTimersByTime(40));
    expect(screen.getAllByText("Leaves in 5 s").length).toBe(2);
    act(() => vi.advanceTimersByTime(5200));
    act(() => vi.advanceTimersByTime(40));
    expect(screen.getAllByText("It has left").length).toBe(2);
    expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
  });
});
