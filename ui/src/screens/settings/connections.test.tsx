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
