import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { draw, violations } from "../test/draw";
import { Money } from "./Money";
import { nextSort, VirtualTable, type Column } from "./VirtualTable";

interface Row {
  key: number;
  text: string;
}

const columns: Column<Row>[] = [
  { key: "text", header: "What happened", tone: "name", cell: (row) => row.text, sum: "100,000 entries" },
  { key: "amount", header: "Amount", width: 120, align: "right", cell: (row) => <Money value={{ amount: `${row.key}.00`, currency: "USD" }} unit={false} />, sum: "5.00" },
];
const keysOf = (count: number) => Array.from({ length: count }, (_, index) => count - index);

function Table({ keys, missing = false, onWindow, onOpen, detail }: { keys: number[]; missing?: boolean; onWindow?: (w: { first: number; last: number }) => void; onOpen?: (key: number) => void; detail?: (key: number) => string }) {
  const [selected, setSelected] = useState<number | null>(null);
  return (
    <VirtualTable
      label="Journal"
      noun="entry"
      columns={columns}
      keys={keys}
      row={(key) => (missing ? undefined : { key, text: `Entry ${key}` })}
      onWindow={onWindow}
      height={30}
      selected={selected}
      onSelect={setSelected}
      onOpen={onOpen}
      detail={detail}
      empty={<p>Nothing here</p>}
      sum
    />
  );
}

describe("the virtual table", () => {
  it("is a real table that says how long it is and draws only a window of it", () => {
    const onWindow = vi.fn();
    draw(<Table keys={keysOf(100_000)} onWindow={onWindow} />);
    const table = screen.getByRole("grid", { name: "Journal" });
    expect(table.tagName).toBe("TABLE");
    expect(table).toHaveAttribute("aria-rowcount", "100002");
    const drawn = table.querySelectorAll("tr[data-key]").length;
    expect(drawn).toBeGreaterThan(20);
    expect(drawn).toBeLessThan(80);
    expect(onWindow).toHaveBeenCalledWith({ first: 0, last: drawn - 1 });
    expect(within(table).getAllByRole("columnheader").map((h) => h.textContent)).toEqual(["What happened", "Amount"]);
  });
  it("moves with the keys, focus follows, and Enter opens that row", () => {
    const onOpen = vi.fn();
    draw(<Table keys={keysOf(500)} onOpen={onOpen} />);
    const chosen = () => document.querySelector("tr[aria-selected=true]")?.getAttribute("data-key");
    fireEvent.keyDown(window, { key: "j" });
    fireEvent.keyDown(window, { key: "j" });
    expect(chosen()).toBe("498");
    expect(document.activeElement).toHaveAttribute("data-key", "498");
    fireEvent.keyDown(window, { key: "k" });
    fireEvent.keyDown(window, { key: "Enter" });
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(499);
  });
  it("has one tab stop", () => {
    draw(<Table keys={keysOf(40)} />);
    expect(document.querySelectorAll("tr[tabindex='0']")).toHaveLength(1);
  });
  it("draws grey bars for rows that have not arrived", () => {
    draw(<Table keys={keysOf(3)} missing />);
    expect(screen.queryByText(/^Entry \d/)).toBeNull();
    expect(document.querySelectorAll("tr[data-key] [class*=bone]").length).toBe(6);
  });
  it("opens a detail under the chosen row across all columns", () => {
    draw(<Table keys={keysOf(5)} detail={(key) => `Postings of ${key}`} />);
    fireEvent.click(screen.getByText("Entry 4"));
    const cell = screen.getByText("Postings of 4").closest("td");
    expect(cell).toHaveAttribute("colspan", "2");
    expect(cell?.parentElement?.previousElementSibling).toHaveAttribute("data-key", "4");
  });
  it("shows its sum in a last row and its empty state without rows", () => {
    const { unmount } = draw(<Table keys={keysOf(5)} />);
    expect(screen.getByText("100,000 entries").closest("tfoot")).not.toBeNull();
    unmount();
    draw(<Table keys={[]} />);
    expect(screen.getByText("Nothing here")).toBeInTheDocument();
    expect(screen.queryByRole("grid")).toBeNull();
  });
  it("has no accessibility violation", async () => {
    const { container } = draw(<Table keys={keysOf(30)} />);
    expect(await violations(container)).toEqual([]);
  });
});

describe("sorting", () => {
  const sortable: Column<Row>[] = [{ ...columns[0]!, sum: undefined, sort: "number", sortFirst: "largest" }, { ...columns[1]!, sum: undefined }];
  it("begins with a column's own end and then turns it round", () => {
    expect([nextSort("", { sort: "name" }), nextSort("name", { sort: "name" }), nextSort("-name", { sort: "name" })]).toEqual(["name", "-name", "name"]);
    expect(nextSort("name", { sort: "issued", sortFirst: "largest" })).toBe("-issued");
  });
  it("offers it only where the engine sorts, and says which way", async () => {
    const onSort = vi.fn();
    const { container } = draw(<VirtualTable label="Journal" noun="entry" columns={sortable} keys={[2, 1]} row={(key) => ({ key, text: `Entry ${key}` })} selected={null} onSelect={() => undefined} sorted="-number" onSort={onSort} />);
    const [first, second] = screen.getAllByRole("columnheader");
    expect(first).toHaveAttribute("aria-sort", "descending");
    expect(within(second!).queryByRole("button")).not.toBeInTheDocument();
    expect(second).not.toHaveAttribute("aria-sort");
    await userEvent.click(within(first!).getByRole("button", { name: "What happened" }));
    expect(onSort).toHaveBeenCalledWith("number");
    expect(await violations(container)).toEqual([]);
  });
});
