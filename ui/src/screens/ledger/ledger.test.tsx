import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { setShell } from "../../api/shell";
import { ledger as fixtures } from "../../dev/ledger";
import { reports } from "../../dev/reports";
import { today } from "../../dev/today";
import { StatusProvider } from "../../shared/status";
import { answer, draw, violations } from "../../test/draw";
import { rootOf } from "./BalancesRail";
import { Ledger } from "./Ledger";
import { monthsBack } from "../../shared/periods";

function show(hash: string, replies: Record<string, unknown> = {}) {
  window.location.hash = hash;
  const engine = answer({ ...fixtures, ...replies });
  const drawn = draw(
    <StatusProvider status={today.status}>
      <Ledger />
    </StatusProvider>,
  );
  return { ...engine, ...drawn };
}
const press = (key: string) => act(() => void fireEvent.keyDown(window, { key }));

describe("the journal", () => {
  beforeEach(() => {
    window.location.hash = "";
  });
  it("shows the newest of 20,418 entries by window and asks only for the rows in view", async () => {
    const { calls } = show("#/ledger/journal");
    expect(await screen.findByText("Card payment, Silverbirch Partners, Team plan")).toBeInTheDocument();
    expect(screen.getByRole("grid")).toHaveAttribute("aria-rowcount", "2001");
    const asked = calls.filter((c) => c.method === "journal_rows").flatMap((c) => (c.input as { keys: number[] }).keys);
    expect(asked.length).toBe(100);
    expect(asked[0]).toBe(20418);
  });
  it.each(["accounts", "journal"])("without entries offers two ways to begin in %s", async (tab) => {
    show(`#/ledger/${tab}`, { balances: { as_of: "2026-11-17", rows: [], totals: [] }, journal_index: { keys: [], more: false, total: 0 } });
    expect(await screen.findByRole("heading", { name: "The journal is empty" })).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Record a payment" })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Import a bank statement" }));
    expect(window.location.hash).toBe("#/settings/accounts/import?kind=statement");
  });
  it("opens an entry with Enter: postings, why with its parts and sum, who booked it", async () => {
    show("#/ledger/journal");
    await screen.findByText("Stripe payout reaches Mercury");
    press("Enter");
    expect(window.location.hash).toBe("#/ledger/journal/20418");
    expect(await screen.findByRole("heading", { name: "Why $5,080.44" })).toBeInTheDocument();
    expect(screen.getByText("16 card payments, 13 to 15 Nov")).toBeInTheDocument();
    expect(screen.getByText(/by the Mercury import/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Raw bank line" }));
    expect(screen.getByText("2026-11-17,STRIPE TRANSFER ST-X2M4,5080.44,,89290.81")).toBeInTheDocument();
    press("Escape");
    await waitFor(() => expect(screen.queryByText("16 card payments, 13 to 15 Nov")).toBeNull());
  });
  it("tints the accounts of the opened entry and warns of suspense in words", async () => {
    show("#/ledger/journal/20418");
    const rail = await screen.findByRole("complementary", { name: "Balances" });
    await waitFor(() => expect(within(rail).getByText("Bank:Mercury").closest("a")).toHaveAttribute("aria-current", "true"));
    expect(within(rail).getByText("Crypto").closest("a")).not.toHaveAttribute("aria-current");
    expect(within(rail).getByText("1,290.00")).toHaveClass("att");
    expect(within(rail).getByText("Suspense holds money that still needs you.")).toBeInTheDocument();
  });
  it("asks for the next page of the index before its end is reached", async () => {
    const { calls } = show("#/ledger/journal");
    await screen.findByText("Stripe payout reaches Mercury");
    const list = screen.getByRole("grid").parentElement;
    if (!list) throw new Error("the list stands in nothing that scrolls");
    list.scrollTop = 1700 * 30;
    fireEvent.scroll(list);
    await waitFor(() => expect(screen.getByRole("grid")).toHaveAttribute("aria-rowcount", "4001"));
    const pages = calls.filter((c) => c.method === "journal_index").map((c) => (c.input as { after: number | null }).after);
    expect(pages.at(-1)).toBe(18419);
  });
  it("filters by what is typed, says when nothing fits, and clears", async () => {
    const user = userEvent.setup();
    const { calls } = show("#/ledger/journal");
    await screen.findByText("Stripe payout reaches Mercury");
    press("/");
    expect(screen.getByLabelText("Filter the journal")).toHaveFocus();
    await user.keyboard("kestral");
    expect(await screen.findByText("Nothing matches “kestral”")).toBeInTheDocument();
    expect(calls.filter((c) => c.method === "journal_index").at(-1)?.input).toEqual({ account: "", from: "", to: "", text: "kestral", sort: "-date", after: null });
    await user.click(screen.getByRole("button", { name: "Clear filter" }));
    expect(await screen.findByText("Stripe payout reaches Mercury")).toBeInTheDocument();
  });
  it("exports in a format that other software reads, to a place that was chosen", async () => {
    const user = userEvent.setup();
    setShell({ pickSave: async () => "books.beancount", revealPath: async () => undefined });
    const { calls } = show("#/ledger/journal");
    await screen.findByText("Stripe payout reaches Mercury");
    press("x");
    await user.click(await screen.findByLabelText("Beancount"));
    await user.click(screen.getByRole("button", { name: "Choose where and write" }));
    expect(await screen.findByText(/20,418 entries were written/)).toBeInTheDocument();
    expect(calls.find((c) => c.method === "export")?.input).toEqual({ format: "beancount", path: "books.beancount" });
  });
  it("keeps the list when its balances cannot be read", async () => {
    show("#/ledger/journal", { balances: () => new Error("no") });
    expect(await screen.findByText("Balances could not be read")).toBeInTheDocument();
    expect(await screen.findByText("Stripe payout reaches Mercury")).toBeInTheDocument();
  });
  it("has no accessibility violation, opened", async () => {
    const { container } = show("#/ledger/journal/20418");
    await screen.findByRole("heading", { name: "Why $5,080.44" });
    expect(await violations(container)).toEqual([]);
  });
});

describe("tie-out", () => {
  it("shows what is unexplained in amber and says how many accounts do not agree", async () => {
    show("#/ledger/tie-out");
    expect(await screen.findByText("$15.00")).toHaveClass("att");
    for (const zero of screen.getAllByText("$0.00")) expect(zero).not.toHaveClass("att");
    expect(screen.getByText(/^1 account does not agree\./)).toBeInTheDocument();
  });
  it("verifies when asked by address, once, and names what was checked", async () => {
    const { calls } = show("#/ledger/tie-out?verify=1");
    expect(await screen.findByText(/20,418 entries, 41,210 postings, 311 open items and 9,120 audit rows were checked/)).toBeInTheDocument();
    expect(calls.filter((c) => c.method === "verify")).toHaveLength(1);
  });
  it("lists every disagreement that verifying found", async () => {
    show("#/ledger/tie-out?verify=1", { verify: { ok: false, entries: 3, postings: 6, items: 1, audit_rows: 2, audit_head: "", problems: ["Entry 3 does not balance: 1.00 USD is missing."] } });
    expect(await screen.findByText("Entry 3 does not balance: 1.00 USD is missing.")).toBeInTheDocument();
  });
});

describe("accounts and audit", () => {
  it("open the journal of an account", async () => {
    show("#/ledger/accounts");
    await screen.findByText("Assets:Bank:Mercury");
    press("j");
    press("Enter");
    expect(window.location.hash).toBe("#/ledger/journal?account=Assets%3AStripe%3AUSD");
  });
  it("show an audit row whole when it is opened", async () => {
    show("#/ledger/audit");
    await screen.findAllByText("Match confirmed");
    press("Enter");
    expect(await screen.findByText("match.confirm, line:300")).toBeInTheDocument();
  });
});

describe("Payouts of a provider", () => {
  it("stand three ways on one row each, with the entries and the bank's line", async () => {
    const { container } = show("#/ledger/tie-out?show=payouts", reports);
    const arrived = await screen.findByRole("row", { name: /po_1QLk28Yd/ });
    expect(within(arrived).getByRole("link", { name: "20418" })).toHaveAttribute("href", "#/ledger/journal/20418");
    expect(within(arrived).getByRole("link", { name: /STRIPE TRANSFER/ })).toHaveAttribute("href", "#/money-in/match/d3");
    expect(screen.getByText("on its way, expected 18 Nov")).toBeInTheDocument();
    expect(screen.getByText("expected 2 Nov, not on a statement")).toHaveClass("att");
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("radio", { name: "Balances" }));
    expect(await screen.findByRole("row", { name: /^Stripe, USD/ })).toHaveTextContent("$9,396.75");
  });
});

describe("periods", () => {
  it("cover each month to its last day, across the turn of the year and in leap years", () => {
    const months = monthsBack("2024-03-10", 4);
    expect(months.map((m) => [m.label, m.from, m.to])).toEqual([
      ["All time", "", ""],
      ["March 2024", "2024-03-01", "2024-03-31"],
      ["February 2024", "2024-02-01", "2024-02-29"],
      ["January 2024", "2024-01-01", "2024-01-31"],
      ["December 2023", "2023-12-01", "2023-12-31"],
    ]);
  });
  it("know the root of an account", () => expect(rootOf("Assets:Bank:Mercury")).toBe("Assets"));
});
