import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { setShell } from "../../api/shell";
import { batch } from "../../dev/payouts";
import { customers, invoiceDetail, moneyIn as fixtures, payments } from "../../dev/moneyIn";
import { usd } from "../../dev/money";
import { settings } from "../../dev/settings";
import { today } from "../../dev/today";
import { StatusProvider } from "../../shared/status";
import { answer, draw, violations } from "../../test/draw";
import { MoneyIn } from "./MoneyIn";

function show(hash: string, replies: Record<string, unknown> = {}) {
  window.location.hash = hash;
  const engine = answer({ ...today, ...settings, ...fixtures, ...replies });
  const drawn = draw(
    <StatusProvider status={today.status}>
      <MoneyIn />
    </StatusProvider>,
  );
  return { ...engine, ...drawn, commands: () => engine.calls.filter((call) => call.kind === "command") };
}

const openPath = vi.fn(async () => undefined);
const openConfirm = vi.fn(async () => undefined);
beforeEach(() => {
  openPath.mockClear();
  openConfirm.mockClear();
  setShell({ openPath, openConfirm, pickFile: async () => "/tmp/check.jpg", closeWindow: async () => undefined, onFileDrop: async () => () => undefined });
});

describe("Invoices", () => {
  it("tags only what wants something and shows the paper of the chosen one", async () => {
    const { container } = show("#/money-in/invoices/NB-202611-0139");
    const paper = await screen.findByRole("article", { name: "Invoice NB-202611-0139" });
    expect(within(paper).getByText("Extra seats")).toBeInTheDocument();
    expect(within(paper).getByText("202048214821")).toBeInTheDocument();
    expect(await screen.findByText("Overdue 17 d")).toBeInTheDocument();
    expect(screen.getByText(/5 open,/)).toHaveTextContent("5 open, $14,388.00, overdue $6,000.00");
    expect(await violations(container)).toEqual([]);
  });
  it("exports what is shown in its order with X, and says why when it was not written", async () => {
    const { calls } = show("#/money-in/invoices");
    await screen.findByRole("row", { name: /Marlow/ });
    const picked = vi.fn().mockResolvedValue("/Users/founder/invoices.csv");
    setShell({ pickSave: picked });
    await userEvent.click(screen.getByRole("button", { name: "Customer" }));
    fireEvent.keyDown(window, { key: "x" });
    await waitFor(() => expect(calls.find((call) => call.method === "export_list")?.input).toEqual({ list: "invoices", state: "all", text: "", sort: "customer", path: "/Users/founder/invoices.csv" }));
    expect(picked).toHaveBeenCalledWith("Export these invoices", "invoices.csv");
    expect((await screen.findAllByText(/9 rows were written as CSV/)).length).toBeGreaterThan(0);
    setShell({ pickSave: vi.fn().mockRejectedValue({ code: "dialog", message: "The dialog did not open.", detail: null }) });
    fireEvent.keyDown(window, { key: "x" });
    expect(await screen.findByText("The list was not written")).toBeInTheDocument();
  });
  it("asks the engine for a state and offers to clear a filter that fits nothing", async () => {
    const { calls } = show("#/money-in/invoices", { invoices_index: ({ text }: { text: string }) => ({ keys: text ? [] : [139], open_count: 1, open_sum: usd("1.00"), overdue_sum: usd("0.00"), total: 1 }) });
    await userEvent.click(await screen.findByRole("radio", { name: "Overdue" }));
    await waitFor(() => expect(calls.filter((call) => call.method === "invoices_index").at(-1)?.input).toEqual({ state: "overdue", text: "", sort: "-issued" }));
    await userEvent.type(screen.getByRole("searchbox"), "zzz");
    await userEvent.click(await screen.findByRole("button", { name: "Clear filter" }));
    expect(await screen.findByRole("row", { name: /Marlow/ })).toBeInTheDocument();
  });
  it("writes the PDF and opens it", async () => {
    const { commands } = show("#/money-in/invoices/NB-202611-0139");
    await userEvent.click(await screen.findByRole("button", { name: "PDF" }));
    await waitFor(() => expect(openPath).toHaveBeenCalledExactlyOnceWith("/Users/founder/NB-202611-0139.pdf"));
    expect(commands()[0]).toMatchObject({ method: "invoice_pdf", input: { number: "NB-202611-0139" } });
  });
  it("issues a draft by its id with I and nothing else has that key", async () => {
    const { commands } = show("#/money-in/invoices/inv144");
    await screen.findByRole("button", { name: "Issue $1,764.00" });
    fireEvent.keyDown(window, { key: "i" });
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "invoice_issue", input: { number: "inv144" } }));
    await waitFor(() => expect(window.location.hash).toBe("#/money-in/invoices/NB-202611-0144"));
  });
  it("copies the payment reference with Y", async () => {
    const writeText = vi.fn(async () => undefined);
    Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } });
    show("#/money-in/invoices/NB-202611-0139");
    await screen.findByRole("button", { name: /Reference NB10421393/ });
    fireEvent.keyDown(window, { key: "y" });
    await waitFor(() => expect(writeText).toHaveBeenCalledExactlyOnceWith("NB10421393"));
  });
  it("ts_42 tells the application again only where there is one and the invoice is paid", async () => {
    const paid = { ...invoiceDetail, can_tell: true };
    const { commands } = show("#/money-in/invoices/NB-202611-0139", { invoice: paid });
    await userEvent.click(await screen.findByRole("button", { name: "Tell your application again" }));
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "invoice_tell_application", input: { number: "NB-202611-0139" } }));
    expect((await screen.findAllByText(/told again/)).length).toBeGreaterThan(0);
  });
  it("ts_41 says how far collecting came and copies the page on which it can be paid", async () => {
    const writeText = vi.fn(async () => undefined);
    Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } });
    const open = { ...invoiceDetail, collection: "The card has expired. Stripe tries no more.", pay_page: "https://invoice.stripe.example/i/in_1" };
    show("#/money-in/invoices/NB-202611-0139", { invoice: open });
    expect(await screen.findByText("The card has expired. Stripe tries no more.")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Tell your application again" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Copy the address of its page to pay" }));
    await waitFor(() => expect(writeText).toHaveBeenCalledExactlyOnceWith("https://invoice.stripe.example/i/in_1"));
  });
  it("voids only after a window that names the invoice", async () => {
    const { commands } = show("#/money-in/invoices/NB-202611-0139");
    await userEvent.click(await screen.findByRole("button", { name: "More" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Void this invoice…" }));
    expect(commands()).toEqual([]);
    await userEvent.click(await screen.findByRole("button", { name: "Void NB-202611-0139" }));
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "invoice_void", input: { number: "NB-202611-0139" } }));
  });
  it("writes off what is open, with a reason, after a window that names both", async () => {
    const { commands, container } = show("#/money-in/invoices/NB-202611-0139");
    await userEvent.click(await screen.findByRole("button", { name: "More" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Write off what is open…" }));
    expect(await screen.findByRole("dialog", { name: "Write off NB-202611-0139" })).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await userEvent.type(screen.getByRole("textbox", { name: "Why (for the audit)" }), "bankrupt{Enter}");
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "invoice_write_off", input: { number: "NB-202611-0139", reason: "bankrupt" } }));
  });
  it("opens again what was written off, also of a provider", async () => {
    const lost = { ...invoiceDetail, provider: "Stripe", row: { ...invoiceDetail.row, state: "written_off", open: { amount: "0.00", currency: "USD" } } };
    const { commands } = show("#/money-in/invoices/NB-202611-0139", { invoice: lost });
    await userEvent.click(await screen.findByRole("button", { name: "More" }));
    expect(screen.queryByRole("menuitem", { name: "Write off what is open…" })).toBeNull();
    await userEvent.click(await screen.findByRole("menuitem", { name: "Open it again" }));
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "invoice_write_off_undo", input: { number: "NB-202611-0139" } }));
  });
  it("makes a new invoice from its lines and says what is missing", async () => {
    const { commands, container } = show("#/money-in/invoices/new");
    await userEvent.click(await screen.findByRole("button", { name: "Issue the invoice" }));
    expect(screen.getByText("Choose who gets it")).toBeInTheDocument();
    expect(screen.getByText("Say what it is for")).toBeInTheDocument();
    expect(commands()).toEqual([]);
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("combobox", { name: "Customer" }));
    await userEvent.click(await screen.findByRole("option", { name: "Kestrel Labs Inc" }));
    await userEvent.type(screen.getByRole("textbox", { name: "What" }), "Consulting");
    await userEvent.type(screen.getByRole("textbox", { name: "Price of one" }), "90");
    fireEvent.keyDown(window, { key: "Enter", ctrlKey: true });
    await waitFor(() =>
      expect(commands()[0]).toEqual({
        kind: "command",
        method: "invoice_create",
        input: { customer: "c2", currency: "USD", issued: "", due: "", lines: [{ text: "Consulting", quantity: 1, price: "90", tax_percent: "" }], issue: true },
      }),
    );
    await waitFor(() => expect(window.location.hash).toBe("#/money-in/invoices/NB-202611-0145"));
  });
  it("shows the engine's objection at its field", async () => {
    show("#/money-in/invoices/new", { invoice_create: () => { throw { code: "form_due", message: "No invoice was made. It would be due before it is issued.", detail: null }; } });
    await userEvent.click(await screen.findByRole("combobox", { name: "Customer" }));
    await userEvent.click(await screen.findByRole("option", { name: "Kestrel Labs Inc" }));
    await userEvent.type(screen.getByRole("textbox", { name: "What" }), "Consulting");
    await userEvent.type(screen.getByRole("textbox", { name: "Price of one" }), "90");
    await userEvent.click(screen.getByRole("button", { name: "Keep as draft" }));
    expect(await screen.findByText("No invoice was made. It would be due before it is issued.")).toBeInTheDocument();
  });
});

describe("Payments", () => {
  it("shows one payment with what it paid, its receipt, its proof and its history", async () => {
    const { container } = show("#/money-in/payments/P-202611-0031");
    expect(await screen.findByRole("heading", { name: "P-202611-0031" })).toBeInTheDocument();
    expect(screen.getByText("Invoice NB-202609-0091")).toBeInTheDocument();
    expect(screen.getByText(/check-4471\.jpg/)).toBeInTheDocument();
    expect(screen.getByText("Recorded by you")).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Open receipt" }));
    expect(openPath).toHaveBeenCalledOnce();
  });
  it("only proposes a refund and opens its confirm window", async () => {
    const { calls, commands } = show("#/money-in/payments/P-202611-0031", { refund_propose: { ...batch, id: "rf1" } });
    await userEvent.click(await screen.findByRole("button", { name: "Refund…" }));
    const field = screen.getByRole("textbox", { name: "Amount to refund" });
    await userEvent.clear(field);
    await userEvent.type(field, "60");
    await userEvent.click(screen.getByRole("button", { name: "Propose a refund of $60.00" }));
    await waitFor(() => expect(openConfirm).toHaveBeenCalledExactlyOnceWith("rf1"));
    expect(commands()[0]).toMatchObject({ method: "refund_propose", input: { payment: "P-202611-0031", amount: "60" } });
    expect(calls.filter((call) => call.kind === "release")).toEqual([]);
  });
  it("takes a payment back with U by its token", async () => {
    const { commands } = show("#/money-in/payments/P-202611-0031");
    await screen.findByRole("button", { name: "Undo this payment" });
    fireEvent.keyDown(window, { key: "u" });
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "undo", input: { id: "u31" } }));
  });
  it("puts cash into a cash account, and offers that for cash only", async () => {
    const accounts = [
      { name: "Mercury", kind: "bank", currency: "USD" },
      { name: "Cash box", kind: "cash", currency: "USD" },
    ];
    const { commands } = show("#/money-in/payments/P-202611-0030", { accounts });
    await userEvent.click(await screen.findByRole("button", { name: "Put into Cash box" }));
    await waitFor(() => expect(commands()[0]).toMatchObject({ method: "payment_deposit", input: { payment: "P-202611-0030", account: "Cash box" } }));
    expect(screen.queryByRole("button", { name: "Put into Mercury" })).toBeNull();
  });
  it("opens on the newest one, with every name in full", async () => {
    show("#/money-in/payments");
    expect(await screen.findByRole("heading", { name: payments[0]?.number })).toBeInTheDocument();
    expect(screen.getAllByText(payments[0]?.customer ?? "", { selector: "td" })[0]).toHaveClass("wrap");
  });
  it("says what comes here while nothing was recorded", async () => {
    show("#/money-in/payments", { payments_index: { keys: [], undeposited: 0, undeposited_sum: usd("0.00") } });
    expect(await screen.findByText("No payment recorded yet")).toBeInTheDocument();
    fireEvent.keyDown(window, { key: "n" });
    expect(window.location.hash).toBe("#/money-in/payments/new");
  });
});

/** An engine that finds customers only when it is told to, each question apart. */
function slowCustomers() {
  const waiting = new Map<string, () => void>();
  const list = [...customers, { id: "c9", name: "Łódź Design Sp. z o.o.", email: "", open_count: 0, open: usd("0.00"), credit: usd("0.00") }];
  const find = ({ text }: { text: string }) => ({ customers: list.filter((row) => row.name.toLowerCase().includes(text.toLowerCase())) });
  return {
    replies: { customers: (input: { text: string }) => (input.text === "" ? find(input) : new Promise((resolve) => waiting.set(input.text, () => resolve(find(input))))) },
    asked: (text: string) => waitFor(() => expect([...waiting.keys()]).toContain(text)),
    answer: (text: string) => act(async () => waiting.get(text)?.()),
  };
}

describe("Record a payment", () => {
  const empty = { customer: "", amount: "", currency: "USD", method: "check", received_on: "", reference: "", note: "", allocations: [], proof: "", email_receipt: true };

  it("restores the draft, spreads it oldest first and draws the paper", async () => {
    const { container } = show("#/money-in/payments/new");
    const paper = await screen.findByRole("article", { name: "Receipt as the customer will see it" });
    expect(within(paper).getByText("Two thousand five hundred dollars, by check no. 4471")).toBeInTheDocument();
    expect(paper).toHaveAttribute("data-mantine-color-scheme", "light");
    expect(screen.getByRole("textbox", { name: "Apply NB-202609-0091" })).toHaveValue("1,200.00");
    expect(screen.getByText(/becomes credit for Brightwell Dental Group/)).toBeInTheDocument();
    expect(screen.getByText("Liabilities:CustomerCredit")).toBeInTheDocument();
    expect(screen.getByRole("checkbox", { name: "Email it to billing@brightwelldental.example" })).toBeChecked();
    expect(await violations(container)).toEqual([]);
  });
  it("sends what is typed for one invoice with the others as they stand", async () => {
    const { calls } = show("#/money-in/payments/new");
    const field = await screen.findByRole("textbox", { name: "Apply NB-202611-0133" });
    await userEvent.clear(field);
    await waitFor(() => expect(calls.filter((call) => call.method === "payment_preview").at(-1)?.input).toMatchObject({ allocations: [{}, {}, { amount: "0" }] }));
    await userEvent.type(field, "100");
    await waitFor(() =>
      expect(calls.filter((call) => call.method === "payment_preview").at(-1)?.input).toMatchObject({
        allocations: [
          { invoice: "NB-202609-0091", amount: "1200.00" },
          { invoice: "NB-202610-0104", amount: "1200.00" },
          { invoice: "NB-202611-0133", amount: "100" },
        ],
      }),
    );
    await userEvent.click(screen.getByRole("button", { name: "Oldest first again" }));
    await waitFor(() => expect(screen.getByRole("textbox", { name: "Apply NB-202611-0133" })).toHaveValue("0.00"));
    expect(screen.getByText("Oldest first. Change any amount")).toBeInTheDocument();
  });
  it("records with Ctrl Enter while typing, says it with an undo and goes to the payment", async () => {
    const { commands } = show("#/money-in/payments/new");
    const field = await screen.findByRole("textbox", { name: "Check number" });
    field.focus();
    fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
    await waitFor(() => expect(commands().map((call) => call.method)).toContain("payment_record"));
    await waitFor(() => expect(window.location.hash).toBe("#/money-in/payments/P-202611-0031"));
    expect(await screen.findByRole("button", { name: "Undo" })).toBeInTheDocument();
  });
  it("takes no customer before the engine answered what is typed, and none by an older answer", async () => {
    const engine = slowCustomers();
    const { calls, commands } = show("#/money-in/payments/new", { payment_draft: empty, ...engine.replies });
    const field = await screen.findByRole("combobox", { name: "Customer" });
    await userEvent.click(field);
    expect(await screen.findByRole("option", { name: "Brightwell Dental Group" })).toBeInTheDocument();
    await userEvent.type(field, "Łódź");
    expect(screen.queryByRole("option")).toBeNull();
    await userEvent.keyboard("{ArrowDown}{Enter}");
    await engine.asked("Łódź");
    await userEvent.keyboard("{ArrowDown}{Enter}");
    await engine.answer("Łódź");
    expect(await screen.findByRole("option", { name: "Łódź Design Sp. z o.o." })).toBeInTheDocument();
    // What was pressed before the answer is not kept for it: nothing is marked.
    await userEvent.keyboard("{Enter}");
    expect(field).toHaveValue("Łódź");
    expect(calls.filter((call) => call.method === "payment_preview").every((call) => (call.input as { customer: string }).customer === "")).toBe(true);
    expect(commands().filter((call) => call.method === "payment_record")).toEqual([]);
    await userEvent.keyboard("{ArrowDown}{Enter}");
    expect(field).toHaveValue("Łódź Design Sp. z o.o.");
    await waitFor(() => expect(calls.filter((call) => call.method === "payment_preview").at(-1)?.input).toMatchObject({ customer: "c9" }));
  });
  it("lets go of the chosen customer as soon as another name is typed", async () => {
    const engine = slowCustomers();
    const { calls, commands } = show("#/money-in/payments/new", engine.replies);
    const field = await screen.findByRole("combobox", { name: "Customer" });
    await waitFor(() => expect(field).toHaveValue("Brightwell Dental Group"));
    await userEvent.clear(field);
    await userEvent.type(field, "Kestrel L{Enter}");
    expect(screen.queryByRole("option", { name: /Brightwell/ })).toBeNull();
    await waitFor(() => expect(calls.filter((call) => call.method === "payment_preview").at(-1)?.input).toMatchObject({ customer: "" }));
    expect(commands().filter((call) => call.method === "payment_record")).toEqual([]);
    await engine.asked("Kestrel L");
    await engine.answer("Kestrel L");
    await userEvent.click(await screen.findByRole("option", { name: "Kestrel Logistics International LLC" }));
    await waitFor(() => expect(calls.filter((call) => call.method === "payment_preview").at(-1)?.input).toMatchObject({ customer: "c3" }));
  });
  it("keeps the draft when the screen is left before it was saved", async () => {
    const { commands, unmount } = show("#/money-in/payments/new", { payment_draft: empty });
    await userEvent.type(await screen.findByRole("textbox", { name: "Check number" }), "9");
    unmount();
    await waitFor(() => expect(commands().at(-1)).toMatchObject({ method: "payment_draft_save", input: { reference: "9" } }));
  });
  it("opens empty after a payment was recorded, and waits for a save that is on its way", async () => {
    const steps: string[] = [];
    let kept: unknown = fixtures.payment_draft;
    let saved: () => void = () => undefined;
    const { change } = show("#/money-in/payments/new", {
      payment_draft: () => kept,
      payment_draft_save: () => new Promise((resolve) => { saved = () => { steps.push("saved"); resolve({ sequence: 1, say: "", undo: null }); }; }),
      payment_record: () => { steps.push("recorded"); kept = empty; return fixtures.payment_record; },
    });
    const field = await screen.findByRole("textbox", { name: "Check number" });
    await userEvent.type(field, "9");
    await waitFor(() => expect(steps.length === 0 && String(saved)).toContain("saved"));
    // While the page is open a change elsewhere reads the draft again.
    act(() => change({ topics: ["*"], sequence: 2 }));
    fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
    fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
    await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(steps).toEqual([]);
    saved();
    await waitFor(() => expect(window.location.hash).toBe("#/money-in/payments/P-202611-0031"));
    expect(steps).toEqual(["saved", "recorded"]);
    await waitFor(() => expect(screen.queryByRole("textbox", { name: "Check number" })).toBeNull());
    act(() => void (window.location.hash = "#/money-in/payments/new"));
    expect(await screen.findByRole("textbox", { name: "Check number" })).toHaveValue("");
  });
  it("says what is wrong at its field only once it was tried", async () => {
    const { commands } = show("#/money-in/payments/new", { payment_draft: empty });
    const button = await screen.findByRole("button", { name: "Record" });
    expect(screen.queryByText("Say how much came.")).toBeNull();
    await waitFor(() => expect(screen.getByText("Choose who paid; the open invoices appear here.")).toBeInTheDocument());
    await new Promise((resolve) => setTimeout(resolve, 200));
    await userEvent.click(button);
    expect(await screen.findByText("Say how much came.")).toBeInTheDocument();
    expect(screen.getByText("Choose who paid.")).toBeInTheDocument();
    expect(commands().filter((call) => call.method === "payment_record")).toEqual([]);
  });
  it("keeps everything typed when recording fails", async () => {
    show("#/money-in/payments/new", { payment_record: () => { throw { code: "proof_large", message: "The proof has 30 MB; 25 MB is the most that is kept.", detail: null }; } });
    await userEvent.click(await screen.findByRole("button", { name: "Record $2,500.00" }));
    expect(await screen.findByText("The payment was not recorded")).toBeInTheDocument();
    expect(screen.getByRole("textbox", { name: "Check number" })).toHaveValue("4471");
  });
  it("begins an empty form for the next payment of a stack", async () => {
    show("#/money-in/payments/new");
    await userEvent.click(await screen.findByRole("button", { name: "Record and add another" }));
    await waitFor(() => expect(screen.getByRole("textbox", { name: "Check number" })).toHaveValue(""));
    expect(window.location.hash).toBe("#/money-in/payments/new");
  });
});
