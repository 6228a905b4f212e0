import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { batch } from "../../dev/payouts";
import { settings } from "../../dev/settings";
import { answer, draw, violations } from "../../test/draw";
import { Payouts } from "./Payouts";

const other = { ...batch, id: "b2", title: "Refund $60.00 to Nordhavn A/S", state: "settled", items: [], held: [] };

describe("the batches", () => {
  it("put what waits first, find by payee with /, and clear a filter that fits nothing", async () => {
    window.location.hash = "#/payouts/batches";
    answer({ batches: { batches: [other, batch] } });
    const { container } = draw(<Payouts />);
    const rows = (await screen.findAllByRole("row")).slice(1);
    expect(rows[0]).toHaveTextContent(batch.title);
    fireEvent.keyDown(window, { key: "/" });
    await userEvent.keyboard(batch.items[0]!.payee.toUpperCase());
    expect(screen.queryByRole("row", { name: /Nordhavn/ })).not.toBeInTheDocument();
    expect(screen.getByRole("row", { name: new RegExp(batch.title.slice(0, 12)) })).toBeInTheDocument();
    await userEvent.type(screen.getByRole("searchbox"), "zzz");
    expect(await screen.findByText(/^Nothing matches/)).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Clear filter" }));
    expect((await screen.findAllByRole("row")).length).toBe(3);
  });
  it("name the account that the money leaves, and it opens in the journal", async () => {
    window.location.hash = "#/payouts/batches/b1";
    answer({ batch: { ...batch, source: "Stripe balance, USD", source_account: "Assets:Stripe:USD" }, company: settings.company });
    draw(<Payouts />);
    const link = await screen.findByRole("link", { name: "Stripe balance, USD" });
    expect(link).toHaveAttribute("href", "#/ledger/journal?account=Assets%3AStripe%3AUSD");
  });
  it("say a payee and an account whole, however long they are", async () => {
    window.location.hash = "#/payouts/batches/b1";
    const destination = "The account it came from: Harrow & Pike, Sort code 20-00-00, IBAN GB33 BUKB 2020 1555 5555 55";
    answer({ batch: { ...batch, items: [{ ...batch.items[0]!, destination }] }, company: settings.company });
    draw(<Payouts />);
    const cell = (await screen.findByText(destination)).closest("td");
    expect(cell).toHaveClass("wrap");
    expect(screen.getByText(batch.items[0]!.payee).closest("td")).toHaveClass("wrap");
  });
});
