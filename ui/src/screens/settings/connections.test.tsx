import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { settings as fixtures } from "../../dev/settings";
import { payouts } from "../../dev/payouts";
import { today } from "../../dev/today";
import { StatusProvider } from "../../shared/status";
import { answer, draw, violations } from "../../test/draw";
import { Outbox } from "../automations/Outbox";
import { Settings } from "./Settings";

const row = (fixtures.connections as { connections: unknown[] }).connections[0];

function show(hash: string, replies: Record<string, unknown> = {}, page = <Settings />) {
  window.location.hash = hash;
  const engine = answer({ ...fixtures, ...payouts, ...replies });
  return { ...engine, ...draw(<StatusProvider status={today.status}>{page}</StatusProvider>) };
}

/** Stripe connected with a port to listen on, and what is said of it. */
function stripeWith(listener: object): Record<string, unknown> {
  const { connections, providers } = fixtures.connections as { connections: object[]; providers: { name: string; options: object[] }[] };
  const port = { name: "listen_port", label: "Listen on port", help: "For stripe listen.", required: false, default: "", choices: [] };
  const heard = { port: 4242, state: "listening", text: "Listens on 127.0.0.1 for `stripe listen --forward-to localhost:4242`.", accepted: 0, repeated: 0, refused: 0, last_refused: null, last_refused_at: null };
  const stripe = { ...connections[1], id: "stripe:main", provider: "stripe", title: "Stripe", base_url: "https://api.stripe.com", options: { listen_port: "4242" }, secrets: ["read_key", "signing_secret"], listener: { ...heard, ...listener } };
  return { connections: { connections: [stripe], providers: providers.map((each) => (each.name === "stripe" ? { ...each, options: [port] } : each)) } };
}
const commands = (calls: { kind: string; method: string; input: unknown }[]) => calls.filter((call) => call.kind === "command");

describe("connections", () => {
  it("show what is wrong, offer what would help first, and never show a secret", async () => {
    const user = userEvent.setup();
    const { calls, container } = show("#/settings/connections", { connect: { connection: row, sequence: 1, say: "Kept" } });
    const mail = await screen.findByRole("region", { name: "Email (SMTP)" });
    expect(within(mail).getByText(/refused the user and password/)).toBeTruthy();
    await user.click(within(mail).getByRole("button", { name: "Enter a new secret" }));
    const password = within(mail).getByLabelText(/Password/);
    expect(password).toHaveProperty("type", "password");
    expect(password).toHaveProperty("value", "");
    await user.type(password, "hunter2");
    await user.click(within(mail).getByRole("button", { name: "Save and check" }));
    await waitFor(() => expect(commands(calls)[0]).toMatchObject({ method: "connect", input: { provider: "smtp", secrets: { password: "hunter2" } } }));
    await waitFor(() => expect(within(mail).queryByLabelText(/Password/)).toBeNull());
    expect(await violations(container)).toEqual([]);
  });
  it("show how much of a provider's allowance was used", async () => {
    show("#/settings/connections");
    const slack = await screen.findByRole("region", { name: "Slack" });
    expect(within(slack).getByText("At most 1 of 60 requests in 60 s, asked to slow down: 2")).toBeTruthy();
  });
  it("say what listens for them, what was heard and why the last message was refused", async () => {
    const { container } = show("#/settings/connections", stripeWith({ accepted: 3, repeated: 1, refused: 2, last_refused: "the message carries no signature that can be read", last_refused_at: "2026-11-17T12:58:00Z" }));
    const stripe = await screen.findByRole("region", { name: "Stripe" });
    const facts = Object.fromEntries(within(stripe).getAllByRole("term").map((term) => [term.textContent, term.nextElementSibling?.textContent]));
    expect(facts).toMatchObject({
      Listener: "Listens on 127.0.0.1 for stripe listen --forward-to localhost:4242.",
      Heard: "3 believed, 1 repeated, 2 refused",
      "Refused last": "The message carries no signature that can be read",
    });
    expect(facts["Refused at"]).toMatch(/07:58/);
    expect(await violations(container)).toEqual([]);
  });
  it("say that nobody listens while nothing was refused or heard, and no more", async () => {
    show("#/settings/connections", stripeWith({ state: "asleep", text: "Nobody listens on port 4242 now." }));
    const stripe = await screen.findByRole("region", { name: "Stripe" });
    expect(within(stripe).getByText("Nobody listens on port 4242 now.")).not.toHaveClass("att");
    expect(within(stripe).queryByText("Heard")).toBeNull();
    expect(within(stripe).queryByText("Refused last")).toBeNull();
  });
  it("ask for another port where that of the listener cannot be had", async () => {
    const user = userEvent.setup();
    const why = "Port 4242 of this computer cannot be listened on: another program has it.";
    show("#/settings/connections", stripeWith({ state: "failing", text: why }));
    const stripe = await screen.findByRole("region", { name: "Stripe" });
    expect(within(stripe).getByText(why)).toHaveClass("att");
    expect(within(stripe).queryByText("Listener")).toBeNull();
    await user.click(within(stripe).getByRole("button", { name: "Change" }));
    expect(within(stripe).getByLabelText(/^Listen on port/)).toHaveProperty("value", "4242");
  });
  it("are disconnected only when that is meant", async () => {
    const user = userEvent.setup();
    const { calls } = show("#/settings/connections", { disconnect: { sequence: 1, say: "Gone", undo: null } });
    const mail = await screen.findByRole("region", { name: "Email (SMTP)" });
    await user.click(within(mail).getByRole("button", { name: "Disconnect" }));
    expect(commands(calls)).toEqual([]);
    await user.click(within(mail).getByRole("button", { name: "Disconnect and forget its secrets" }));
    await waitFor(() => expect(commands(calls)[0]).toMatchObject({ method: "disconnect", input: { id: "smtp:main" } }));
  });
});

describe("notifications", () => {
  it("are saved as they are chosen", async () => {
    const user = userEvent.setup();
    const { calls, container } = show("#/settings/notifications", { notifications_save: { sequence: 1, say: "Saved.", undo: null } });
    const byMail = await screen.findByRole("group", { name: "By mail" });
    await user.click(within(byMail).getByLabelText("This week"));
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(commands(calls)[0]?.input).toMatchObject({ email: ["critical", "high", "medium"] }));
    expect(await violations(container)).toEqual([]);
  });
});

describe("a message", () => {
  it("is shown in a frame that runs and loads nothing", async () => {
    const user = userEvent.setup();
    show("#/automations/outbox", {}, <Outbox />);
    await user.click(await screen.findByRole("button", { name: "Show what it says" }));
    const frame = await screen.findByTitle("The message, without scripts and remote content");
    expect(frame.getAttribute("sandbox")).toBe("");
    expect(frame.getAttribute("srcdoc")).toContain("default-src 'none'");
    expect(document.title).not.toBe("owned");
  });
});
