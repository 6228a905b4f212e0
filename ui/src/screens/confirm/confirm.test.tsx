import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setShell } from "../../api/shell";
import { moneyIn } from "../../dev/moneyIn";
import { batch, payouts } from "../../dev/payouts";
import { settings } from "../../dev/settings";
import { answer, draw, violations } from "../../test/draw";
import { Confirm } from "./Confirm";

const approved = { ...batch, state: "approved", leaving: { batch: "b1", title: "Payout", amount: batch.total, leaves_at: "2026-11-17T13:41:10Z", seconds_left: 10 } };
let focused = true;

function show(id: string, replies: Record<string, unknown> = {}) {
  const engine = answer({ ...payouts, ...settings, ...moneyIn, ...replies });
  const drawn = draw(<Confirm batch={id} />);
  return { ...engine, ...drawn, released: () => engine.calls.filter((call) => call.kind === "release") };
}

const wait = (ms: number) => act(async () => void (await new Promise((resolve) => setTimeout(resolve, ms))));

describe("the confirm window", () => {
  beforeEach(() => {
    focused = true;
    vi.spyOn(document, "hasFocus").mockImplementation(() => focused);
  });
  afterEach(() => vi.restoreAllMocks());

  it("shows total, three payees, the rest on one line, the balance after, the seal and what is held", async () => {
    const { container } = show("b1");
    expect(await screen.findByRole("button", { name: "Approve $5,871.30" })).toBeInTheDocument();
    expect(screen.getByText("Orchard Analytics Blog")).toBeInTheDocument();
    expect(screen.queryByText("Elliot Shaw")).toBeNull();
    expect(screen.getByText("to 12 payees by ACH file")).toBeInTheDocument();
    expect(screen.getByText("$78,339.07")).toBeInTheDocument();
    expect(screen.getByText("7f3a 91c2 … 5d08 e04b")).toBeInTheDocument();
    expect(screen.getByText(/Greyfox Digital: no W-9/)).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "9 more" }));
    expect(screen.getByText("Elliot Shaw")).toBeInTheDocument();
  });
  it("names the account that the money leaves as the founder does, with its account in the ledger", async () => {
    show("b1", { batch: { ...batch, kind: "refund", rail: "Stripe", source: "Stripe balance, USD", source_account: "Assets:Stripe:USD" } });
    expect(await screen.findByText("Stripe balance, USD after this")).toBeInTheDocument();
    expect(screen.getByText("Assets:Stripe:USD")).toBeInTheDocument();
  });
  it("takes no A before 600 ms and then approves exactly the digest that is shown", async () => {
    const { released } = show("b1", { approve: { sequence: 1, say: "Approved.", undo: null } });
    await screen.findByRole("button", { name: "Approve $5,871.30" });
    fireEvent(window, new Event("focus"));
    fireEvent.keyDown(window, { key: "a" });
    expect(released()).toEqual([]);
    await wait(700);
    fireEvent.keyDown(window, { key: "a" });
    await waitFor(() => expect(released()).toEqual([{ kind: "release", method: "approve", input: { batch: "b1", digest: batch.digest, passphrase: null } }]));
  });
  it("takes no A without the focus", async () => {
    const { released } = show("b1");
    await screen.findByRole("button", { name: "Approve $5,871.30" });
    await wait(700);
    focused = false;
    fireEvent(window, new Event("blur"));
    fireEvent.keyDown(window, { key: "a" });
    await wait(50);
    expect(released()).toEqual([]);
  });
  it("asks for the passphrase where one is set and forgets it afterwards", async () => {
    const { released } = show("b1", { batch: { ...batch, needs_passphrase: true } });
    const field = await screen.findByLabelText("Approval passphrase");
    await wait(700);
    await userEvent.click(screen.getByRole("button", { name: "Approve $5,871.30" }));
    expect(await screen.findByText("Type the approval passphrase")).toBeInTheDocument();
    expect(released()).toEqual([]);
    await userEvent.type(field, "correct horse{Enter}");
    await waitFor(() => expect(released()[0]).toMatchObject({ input: { passphrase: "correct horse" } }));
    await waitFor(() => expect(field).toHaveValue(""));
  });
  it("counts down after approving and takes it back with U", async () => {
    const { calls } = show("b1", { batch: approved });
    expect(await screen.findByText("Leaves in 10 s")).toBeInTheDocument();
    fireEvent.keyDown(window, { key: "u" });
    await waitFor(() => expect(calls.find((call) => call.method === "approval_undo")?.input).toEqual({ id: "b1" }));
  });
  it("waits again, not void, after you took the approval back", async () => {
    let current: unknown = approved;
    const { change, released } = show("b1", { batch: () => current, approval_undo: () => { current = { ...batch, digest: "11".repeat(32), revision: 2 }; return { sequence: 3, say: "Taken back.", undo: null }; } });
    await screen.findByText("Leaves in 10 s");
    fireEvent.keyDown(window, { key: "u" });
    act(() => change({ topics: ["batches"], sequence: 3 }));
    expect(await screen.findByRole("button", { name: "Approve $5,871.30" })).toBeInTheDocument();
    expect(screen.queryByText("The list changed, so this approval is void")).toBeNull();
    expect(released()).toEqual([]);
  });
  it("asks for a passphrase that was set while it was open", async () => {
    let current: unknown = batch;
    const { change } = show("b1", { batch: () => current });
    await screen.findByRole("button", { name: "Approve $5,871.30" });
    current = { ...batch, needs_passphrase: true };
    act(() => change({ topics: ["security"], sequence: 2 }));
    expect(await screen.findByLabelText("Approval passphrase")).toBeInTheDocument();
    expect(screen.queryByText("The list changed, so this approval is void")).toBeNull();
  });
  it("says that an approval became void while it waited", async () => {
    let current: unknown = approved;
    const { change } = show("b1", { batch: () => current });
    await screen.findByText("Leaves in 10 s");
    current = { ...batch, digest: "22".repeat(32), revision: 2, void_reason: "Marta Lindqvist: $986.25 became $951.25" };
    act(() => change({ topics: ["batches"], sequence: 3 }));
    expect(await screen.findByRole("heading", { name: "The list changed, so this approval is void" })).toBeInTheDocument();
  });
  it("is void when the list changed, shows the change, and approves nothing of the old list", async () => {
    let current: unknown = batch;
    const { released, change } = show("b1", { batch: () => current });
    await screen.findByRole("button", { name: "Approve $5,871.30" });
    current = { ...batch, digest: "c09e44b7".padEnd(56, "0") + "1f207a63", total: { amount: "5836.30", currency: "USD" }, void_reason: "Marta Lindqvist: $986.25 became $951.25" };
    fireEvent(window, new Event("focus"));
    act(() => change({ topics: ["batches"], sequence: 2 }));
    // The envelope follows the engine's word.
    await waitFor(() => expect(screen.getByRole("alert", { name: "" })).toBeInTheDocument());
    expect(await screen.findByRole("heading", { name: "The list changed, so this approval is void" })).toBeInTheDocument();
    expect(screen.getByText(/Marta Lindqvist: \$986\.25 became \$951\.25/)).toHaveTextContent("It is now $5,836.30.");
    await wait(700);
    fireEvent.keyDown(window, { key: "a" });
    expect(released()).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Look at the change" }));
    expect(await screen.findByRole("button", { name: "Approve $5,836.30" })).toBeInTheDocument();
  });
  it("is void when the engine says that the digest no longer fits", async () => {
    show("b1", { approve: () => { throw { code: "approval_changed", message: "The list changed, so this approval is void. Nothing leaves until you look again.", detail: null }; } });
    await screen.findByRole("button", { name: "Approve $5,871.30" });
    await wait(700);
    fireEvent.keyDown(window, { key: "a" });
    expect(await screen.findByRole("heading", { name: "The list changed, so this approval is void" })).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Approve $5,871.30" })).toBeNull();
  });
  it("says that nothing was approved and why, and can be tried again", async () => {
    show("b1", { approve: () => { throw { code: "approval_refused", message: "Nothing was approved: the passphrase is wrong.", detail: null }; } });
    await screen.findByRole("button", { name: "Approve $5,871.30" });
    await wait(700);
    fireEvent.keyDown(window, { key: "a" });
    expect(await screen.findByText("Nothing was approved: the passphrase is wrong.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Approve $5,871.30" })).toBeInTheDocument();
  });
  it("shows a payee's name as text, whatever it holds", async () => {
    const payee = "<img src=x onerror=alert(1)>\\u{202e}";
    const { container } = show("b1", { batch: { ...batch, items: [{ ...batch.items[0], payee }] } });
    expect(await screen.findByText(payee)).toBeInTheDocument();
    expect(container.querySelector("img")).toBeNull();
  });
  it("closes with Not now and approves nothing", async () => {
    const closeWindow = vi.fn(async () => undefined);
    setShell({ closeWindow });
    const { released } = show("b1");
    await userEvent.click(await screen.findByRole("button", { name: "Not now" }));
    expect(closeWindow).toHaveBeenCalledOnce();
    expect(released()).toEqual([]);
  });
  it("releases what a pause holds, in order", async () => {
    const outbox = { ...(payouts.outbox as object), paused_since: "2026-11-17T13:00:00Z", effects: [{ id: "q", kind: "email.receipt", title: "Receipt R-1", state: "queued", waits_for: "the pause", delivery: "", since: "2026-11-17T12:00:00Z", attempts: 0, has_preview: false, error: null, amount: null }] };
    const { released, container } = show("resume", { outbox });
    const button = await screen.findByRole("button", { name: "Release 1 in order" });
    expect(screen.getByText("Receipt R-1")).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await wait(700);
    await userEvent.click(button);
    await waitFor(() => expect(released()).toEqual([{ kind: "release", method: "resume_all", input: {} }]));
    expect(await screen.findByText("Released. 3 effects leave in order.", { selector: "footer span" })).toBeInTheDocument();
  });
});
