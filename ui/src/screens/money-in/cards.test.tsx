import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { moneyIn } from "../../dev/moneyIn";
import { reports } from "../../dev/reports";
import { answer, draw, violations } from "../../test/draw";
import { CardsPage } from "./cards/CardsPage";

const base = { ...moneyIn, ...reports, connections: { connections: [{ provider: "stripe" }], providers: [] }, categories: { accounts: ["Income:Sales", "Expenses:Fees:Stripe"] } };

function show(hash: string, replies: Record<string, unknown> = {}) {
  window.location.hash = hash;
  return { ...answer({ ...base, ...replies }), ...draw(<CardsPage />) };
}

describe("Card payments without an invoice", () => {
  it("offers the credit of the customer who is known, with one button that says all of it", async () => {
    const { container, calls } = show("#/money-in/cards/ch_1QLk");
    const button = await screen.findByRole("button", { name: "Keep $81.00 as credit of Kestrel Logistics International LLC" });
    expect(screen.getByRole("link", { name: "20377" })).toHaveAttribute("href", "#/ledger/journal/20377");
    expect(await violations(container)).toEqual([]);
    await userEvent.click(button);
    await waitFor(() => expect(calls.find((call) => call.method === "charge_resolve")?.input).toEqual({ id: "ch_1QLk", to: "credit", target: "c3" }));
    expect(await screen.findByRole("button", { name: "Undo" })).toBeInTheDocument();
  });
  it("is given back by its provider, once that is approved in a window of its own", async () => {
    const { calls, container } = show("#/money-in/cards/ch_1QLk", { refund_propose: { id: "rf1" } });
    await userEvent.click(await screen.findByRole("button", { name: "Refund the card payment…" }));
    const amount = screen.getByLabelText("Amount to refund");
    expect(await violations(container)).toEqual([]);
    await userEvent.clear(amount);
    await userEvent.type(amount, "21");
    await userEvent.click(screen.getByRole("button", { name: "Propose a refund of $21.00" }));
    await waitFor(() => expect(calls.find((call) => call.method === "refund_propose")?.input).toEqual({ payment: "ch_1QLk", amount: "21" }));
  });
  it("files money that left, and nothing else", async () => {
    const { calls } = show("#/money-in/cards/txn_9");
    expect(await screen.findByText("Choose the category")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Refund the card payment…" })).not.toBeInTheDocument();
    expect(screen.queryByRole("radio")).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("combobox", { name: "Category" }));
    await userEvent.click(await screen.findByRole("option", { name: "Expenses:Fees:Stripe" }));
    fireEvent.keyDown(window, { key: "a" });
    await waitFor(() => expect(calls.find((call) => call.method === "charge_resolve")?.input).toEqual({ id: "txn_9", to: "category", target: "Expenses:Fees:Stripe" }));
  });
  it("lets it pay an invoice that is found by its customer", async () => {
    const { calls } = show("#/money-in/cards/ch_1QLk");
    await userEvent.click(await screen.findByRole("radio", { name: "Pays an invoice" }));
    await userEvent.type(screen.getByRole("combobox", { name: "Invoice" }), "0118");
    await userEvent.click(await screen.findByRole("option", { name: /NB-202610-0118/ }));
    await userEvent.click(await screen.findByRole("button", { name: "Let $81.00 pay NB-202610-0118" }));
    await waitFor(() => expect(calls.find((call) => call.method === "charge_resolve")?.input).toEqual({ id: "ch_1QLk", to: "invoice", target: "NB-202610-0118" }));
  });
  it("says that everything has its invoice, or how to begin", async () => {
    const { container, unmount } = show("#/money-in/cards", { charges_waiting: { rows: [] } });
    expect(await screen.findByText("Every card payment has its invoice")).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    unmount();
    show("#/money-in/cards", { charges_waiting: { rows: [] }, connections: { connections: [], providers: [] } });
    expect(await screen.findByRole("button", { name: "Connect a provider" })).toBeInTheDocument();
  });
});
