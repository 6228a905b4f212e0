import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { desk, moneyIn as fixtures } from "../../../dev/moneyIn";
import { today } from "../../../dev/today";
import { StatusProvider } from "../../../shared/status";
import { answer, draw, violations } from "../../../test/draw";
import { MoneyIn } from "../MoneyIn";

const status = today.status;

function show(hash: string, replies: Record<string, unknown> = {}) {
  window.location.hash = hash;
  const engine = answer({ ...today, ...fixtures, ...replies });
  const drawn = draw(
    <StatusProvider status={status}>
      <MoneyIn />
    </StatusProvider>,
  );
  return { ...engine, ...drawn, commands: () => engine.calls.filter((call) => call.kind === "command") };
}

const press = (key: string, more: object = {}) => fireEvent.keyDown(window, { key, ...more });
const primary = (name: string) => screen.findByRole("button", { name });

describe("Match", () => {
  beforeEach(() => {
    window.location.hash = "";
  });
  it("opens the first line that needs you with its evidence, rivals, postings and one button", async () => {
    show("#/money-in/match");
    expect(await primary("Match and book $15.00 as bank fee")).toBeInTheDocument();
    expect(screen.getByRole("heading", { level: 1, name: "KESTREL LOGISTICS INTE" })).toBeInTheDocument();
    expect(screen.getByText(/amount is not exact, and another open invoice/)).toHaveTextContent("Why you are asked:");
    expect(screen.getByText(/reads as NB10421187/)).toBeInTheDocument();
    expect(screen.getByText("The reference is not theirs")).toBeInTheDocument();
    expect(screen.getByText("Expenses:Fees:Bank")).toBeInTheDocument();
    expect(screen.getByText("NB-202610-0118 is marked paid, 2 days late")).toBeInTheDocument();
    expect(screen.getByRole("radio", { name: /Bank fee/ })).toHaveAttribute("aria-checked", "true");
    expect(screen.getAllByRole("option").length).toBeGreaterThanOrEqual(8);
  });
  it("books what the bar shows with A, selects the next line and says how many are left", async () => {
    const { commands } = show("#/money-in/match");
    await primary("Match and book $15.00 as bank fee");
    press("a");
    await waitFor(() => expect(window.location.hash).toBe("#/money-in/match/d2"));
    expect(commands()).toEqual([{ kind: "command", method: "match_confirm", input: { line: "d3", kind: "invoices", targets: ["NB-202610-0118"], amounts: [], difference: "fee" } }]);
    expect(await screen.findByText("Matched. 4 left.")).toBeInTheDocument();
    expect(await screen.findByRole("heading", { level: 1, name: "No name" })).toBeInTheDocument();
  });
  it("chooses where the difference goes with its letter and another candidate with its number", async () => {
    const { calls } = show("#/money-in/match");
    await primary("Match and book $15.00 as bank fee");
    press("p");
    expect(await primary("Match $4,785.00, leave $15.00 open")).toBeInTheDocument();
    press("2");
    expect(await primary("Match $4,785.00")).toBeInTheDocument();
    expect(screen.queryByRole("radiogroup")).toBeNull();
    expect(screen.getByText("Exact, nothing is missing")).toBeInTheDocument();
    expect(calls.filter((call) => call.kind !== "query")).toEqual([]);
  });
  it("leaves a gap open by itself when the evidence does not call it customary", async () => {
    show("#/money-in/match");
    await primary("Match and book $15.00 as bank fee");
    press("3");
    expect(await primary("Match $4,785.00, leave $4,815.00 open")).toBeInTheDocument();
    expect(screen.getByRole("radio", { name: /Leave open/ })).toHaveAttribute("aria-checked", "true");
  });
  it("books nothing while the preview belongs to another choice or says that it cannot be done", async () => {
    const { commands } = show("#/money-in/match", { match_preview: { received: { amount: "1", currency: "USD" }, open: { amount: "0", currency: "USD" }, difference: { amount: "0", currency: "USD" }, postings: [], then: [], button: "", problem: "Nothing is open on NB-202610-0118." } });
    expect(await screen.findByText("Nothing is open on NB-202610-0118.")).toBeInTheDocument();
    press("a");
    expect(commands()).toEqual([]);
    expect(screen.getByRole("button", { name: "Not this one" })).toBeInTheDocument();
  });
  it("refuses the chosen candidate with R", async () => {
    const { commands } = show("#/money-in/match");
    await primary("Match and book $15.00 as bank fee");
    press("2");
    press("r");
    await waitFor(() => expect(commands()).toHaveLength(1));
    expect(commands()[0]).toMatchObject({ method: "match_reject", input: { line: "d3", targets: ["NB-202611-0131"] } });
  });
  it("splits between two invoices with S and M", async () => {
    const { calls, commands } = show("#/money-in/match");
    await primary("Match and book $15.00 as bank fee");
    press("m");
    const field = await screen.findByRole("textbox", { name: "Add another invoice" });
    await userEvent.type(field, "Atlas");
    await userEvent.click(await screen.findByRole("button", { name: /Atlas Freight LLC.*NB-202611-0137/ }));
    press("s");
    await userEvent.type(await screen.findByRole("textbox", { name: "Amount for NB-202610-0118" }), "4000");
    await userEvent.type(await screen.findByRole("textbox", { name: "Amount for NB-202611-0137" }), "785");
    await waitFor(() => expect(calls.filter((call) => call.method === "match_preview").at(-1)?.input).toMatchObject({ targets: ["NB-202610-0118", "NB-202611-0137"], amounts: [{ amount: "4000" }, { amount: "785" }] }));
    await userEvent.click(await primary("Match $4,785.00 to 2 invoices"));
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "match_confirm", input: { difference: "none" } }));
  });
  it("keeps money as a customer's credit with L", async () => {
    const { commands } = show("#/money-in/match/d2");
    await screen.findByText(/nothing fits/);
    press("l");
    await userEvent.click(await screen.findByRole("button", { name: /Brightwell Dental Group/ }));
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "match_credit", input: { line: "d2", customer: "c1" } }));
  });
  it("lets nothing be taken that was found for other words than those typed now", async () => {
    const waiting: (() => void)[] = [];
    const slow = (method: string) => (input: { text: string }) => {
      const found = (fixtures[method] as (input: { text: string }) => unknown)(input);
      return input.text === "" ? found : new Promise((resolve) => waiting.push(() => resolve(found)));
    };
    const { commands } = show("#/money-in/match/d2", { customers: slow("customers"), find_invoices: slow("find_invoices") });
    await screen.findByText(/nothing fits/);
    press("l");
    const credit = await screen.findByRole("button", { name: /Brightwell Dental Group/ });
    await userEvent.type(screen.getByRole("textbox", { name: "Credit to a customer" }), "Kestrel");
    expect(credit).toBeDisabled();
    await userEvent.click(credit);
    await waitFor(() => expect(waiting).toHaveLength(1));
    expect(credit).toBeDisabled();
    expect(commands()).toEqual([]);
    await act(async () => waiting.pop()?.());
    expect(await screen.findByRole("button", { name: /Kestrel Labs Inc/ })).toBeEnabled();
    expect(screen.queryByRole("button", { name: /Brightwell/ })).toBeNull();
    (document.activeElement as HTMLElement).blur();
    press("i");
    const invoice = await screen.findByRole("button", { name: /Marlow.*NB-202611-0139/ });
    await userEvent.type(screen.getByRole("textbox", { name: "Find another invoice" }), "0118");
    expect(invoice).toBeDisabled();
    await userEvent.click(invoice);
    await waitFor(() => expect(waiting).toHaveLength(1));
    expect(screen.queryByText("Chosen by you")).toBeNull();
    await act(async () => waiting.pop()?.());
    await userEvent.click(await screen.findByRole("button", { name: /NB-202610-0118/ }));
    expect(await screen.findByText("Chosen by you")).toBeInTheDocument();
  });
  it("files money that left under the remembered category with A", async () => {
    const { commands } = show("#/money-in/match/l5");
    expect(await primary("File $184.20 under Expenses:Hosting")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("checkbox", { name: "Always file lines of this payee there" }));
    press("a");
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "match_file", input: { line: "l5", account: "Expenses:Hosting", remember: true } }));
  });
  it("asks again tomorrow with Z", async () => {
    const { commands } = show("#/money-in/match/d3");
    await screen.findByRole("button", { name: "Ask me tomorrow" });
    press("z");
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "snooze", input: { id: "d3", until: "" } }));
  });
  it("confirms all that is ready with Shift A", async () => {
    const { commands } = show("#/money-in/match");
    await primary("Match and book $15.00 as bank fee");
    press("A", { shiftKey: true });
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "match_confirm_ready" }));
  });
  it("shows how a line was booked and takes it back with U", async () => {
    const { commands } = show("#/money-in/match/b1");
    expect(await screen.findByRole("heading", { name: "Paid NB-202610-0112 in full" })).toBeInTheDocument();
    expect(screen.getByText(/the matching run/)).toBeInTheDocument();
    press("u");
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "match_undo", input: { id: "b1" } }));
  });
  it("moves along the lines with J and K", async () => {
    show("#/money-in/match");
    await primary("Match and book $15.00 as bank fee");
    press("j");
    await waitFor(() => expect(screen.getByRole("option", { selected: true })).toHaveTextContent("No name"));
    press("k");
    await waitFor(() => expect(screen.getByRole("option", { selected: true })).toHaveTextContent("KESTREL"));
  });
  it("filters, says when nothing fits and clears the filter", async () => {
    show("#/money-in/match");
    await primary("Match and book $15.00 as bank fee");
    press("/");
    await userEvent.type(screen.getByRole("searchbox"), "zzz");
    expect(await screen.findByText("Nothing matches “zzz”")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Clear filter" }));
    expect((await screen.findAllByRole("option")).length).toBeGreaterThan(5);
  });
  it("says what comes here before the first statement, and that nothing waits afterwards", async () => {
    const none = { needs_you: [], needs_you_sum: { amount: "0.00", currency: "USD" }, ready: [], booked: [], booked_sum: { amount: "0.00", currency: "USD" } };
    show("#/money-in/match", { match_index: none });
    expect(await screen.findByText("Nothing needs you")).toBeInTheDocument();
  });
  it("says why the lines cannot be read and offers to try again", async () => {
    show("#/money-in/match", { match_index: () => new Error("no") });
    expect(await screen.findByText("Bank lines could not be read")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Try again" })).toBeInTheDocument();
  });
  it("keeps the line and its choice when booking fails", async () => {
    show("#/money-in/match", { match_confirm: () => new Error("This line is booked already. Undo that first.") });
    await primary("Match and book $15.00 as bank fee");
    press("a");
    expect(await screen.findByText("This line is booked already. Undo that first.")).toBeInTheDocument();
    expect(window.location.hash).toBe("#/money-in/match");
  });
  it("draws only what is in view of many thousand lines", async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => index + 1);
    show("#/money-in/match", {
      match_index: { needs_you: many, needs_you_sum: { amount: "1.00", currency: "USD" }, ready: [], booked: [], booked_sum: { amount: "0.00", currency: "USD" } },
      match_rows: ({ keys }: { keys: number[] }) => keys.map((key) => ({ ...desk.line, key, id: `x${key}` })),
      match_line: ({ id }: { id: string }) => ({ ...desk, line: { ...desk.line, id, key: Number(id.slice(1)) } }),
    });
    const options = await screen.findAllByRole("option");
    expect(options.length).toBeLessThan(60);
    expect(options[0]).toHaveAttribute("aria-setsize", "20000");
  });
  it("has no accessibility violation, also with the category desk open", async () => {
    const { container } = show("#/money-in/match");
    await primary("Match and book $15.00 as bank fee");
    expect(await violations(container)).toEqual([]);
    press("x");
    const panel = await screen.findByRole("heading", { name: /Not a customer payment/ });
    expect(within(panel.parentElement as HTMLElement).getByText("Choose a category, then file it")).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
  });
});
