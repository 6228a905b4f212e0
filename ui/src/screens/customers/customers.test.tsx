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
  it("opens the customer that the address names with address, open invoices and what happened", async () => {
    const { container, calls } = show("#/customers/c3");
    expect(await screen.findByRole("heading", { name: "Kestrel Logistics International LLC" })).toBeInTheDocument();
    expect(calls.filter((call) => call.method === "customer").map((call) => call.input)).toEqual([{ id: "c3", events: 60 }]);
    expect(screen.getByText("ap@kestrel-logistics.example", { selector: "dd" })).toBeInTheDocument();
    expect(screen.getByText(/41 Elm Avenue/)).toHaveTextContent("Concord, NH 03301 US");
    expect(screen.getByRole("link", { name: "NB-202610-0118" })).toHaveAttribute("href", "#/money-in/invoices/NB-202610-0118");
    const history = screen.getByRole("region", { name: "What happened" });
    expect(history).toHaveTextContent("Receipt R-202611-0031 by email: queued");
    expect(history).toHaveTextContent("declined: Your card was declined.");
    expect(screen.getByRole("region", { name: "Subscriptions, a month" })).toHaveTextContent("4 × Scale, every month$588.00");
    await userEvent.click(screen.getByRole("button", { name: "Show what happened before" }));
    await waitFor(() => expect(calls.filter((call) => call.method === "customer").map((call) => call.input)).toContainEqual({ id: "c3", events: 260 }));
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Their invoices" }));
    expect(window.location.hash).toContain("#/money-in/invoices?text=Kestrel+Logistics");
  });
  it("opens a customer who is not among those listed", async () => {
    show("#/customers/c77");
    expect(await screen.findByRole("heading", { name: "Osprey Health" })).toBeInTheDocument();
    expect(screen.queryByRole("row", { name: /Osprey/ })).not.toBeInTheDocument();
  });
  it("changes a customer with what is known filled in, under its own id", async () => {
    const { calls } = show("#/customers/c1", { customer_save: { ...customers[0], name: "Brightwell Dental" } });
    await userEvent.click(await screen.findByRole("button", { name: "Change" }));
    expect(screen.getByRole("textbox", { name: "Address" })).toHaveValue("41 Elm Avenue\nConcord, NH 03301");
    await userEvent.clear(screen.getByRole("textbox", { name: "Name" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "Brightwell Dental");
    await userEvent.click(screen.getByRole("button", { name: "Save the customer" }));
    await waitFor(() => expect(calls.find((call) => call.method === "customer_save")?.input).toEqual({ id: "c1", name: "Brightwell Dental", email: "billing@brightwelldental.example", address: "41 Elm Avenue\nConcord, NH 03301", country: "US" }));
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
