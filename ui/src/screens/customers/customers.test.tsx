import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { customers, moneyIn } from "../../dev/moneyIn";
import { answer, draw, violations } from "../../test/draw";
import { Customers } from "./Customers";

function show(hash: string, replies: Record<string, unknown> = {}) {
  window.location.hash = hash;
  const engine = answer({ ...moneyIn, ...replies });
  return { ...engine, ...draw(<Customers />) };
}

describe("Customers", () => {
  it("opens the customer that the address names", async () => {
    const { container } = show("#/customers/c3");
    expect(await screen.findByRole("heading", { name: "Kestrel Logistics International LLC" })).toBeInTheDocument();
    expect(screen.getByText("ap@kestrel-logistics.example", { selector: "dd" })).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Their invoices" }));
    expect(window.location.hash).toContain("#/money-in/invoices?text=Kestrel+Logistics");
  });
  it("adds a customer with N and says what is missing", async () => {
    const { calls } = show("#/customers", { customer_save: { ...customers[0], id: "c9", name: "Osprey Health" } });
    await screen.findByRole("row", { name: /Brightwell/ });
    fireEvent.keyDown(window, { key: "n" });
    await userEvent.click(await screen.findByRole("button", { name: "Add the customer" }));
    expect(screen.getByText("The customer needs a name")).toBeInTheDocument();
    await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "Osprey Health");
    fireEvent.keyDown(window, { key: "Enter", ctrlKey: true });
    await waitFor(() => expect(calls.find((call) => call.method === "customer_save")?.input).toEqual({ id: "", name: "Osprey Health", email: "", address: "", country: "" }));
    expect(await screen.findByText("Osprey Health added.", { selector: "div:not([role]) > span" })).toBeInTheDocument();
  });
  it("says that no name begins so and clears the filter", async () => {
    show("#/customers");
    await screen.findByRole("row", { name: /Brightwell/ });
    await userEvent.type(screen.getByRole("searchbox"), "zzz");
    await userEvent.click(await screen.findByRole("button", { name: "Clear filter" }));
    expect(await screen.findByRole("row", { name: /Brightwell/ })).toBeInTheDocument();
  });
});
