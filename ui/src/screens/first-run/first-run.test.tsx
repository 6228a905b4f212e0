import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { HostState } from "../../api/bindings";
import { ApiError } from "../../api/client";
import { answer, draw, violations } from "../../test/draw";
import { FirstRun } from "./FirstRun";
import { groupsOf, Recovery, sameGroup } from "./Recovery";
import { Unlock } from "./Unlock";

// Four hundred zones would only slow the reading of the page.
vi.spyOn(Intl, "supportedValuesOf").mockImplementation((kind) => (kind === "currency" ? ["USD", "EUR", "SEK"] : ["UTC", "Europe/Berlin"]));

const host = (more: Partial<HostState> = {}): HostState => ({ state: "no_company", folder: "data", version: "1.0.0", message: null, vault: "keychain", ...more });

describe("first run", () => {
  it("opens the demo company with Enter", async () => {
    const { calls } = answer({ open_demo: { sequence: 1, say: "", undo: null } });
    const onReady = vi.fn();
    draw(<FirstRun host={host()} onReady={onReady} />);
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(onReady).toHaveBeenCalledTimes(1));
    expect(calls.map((c) => c.method)).toEqual(["open_demo"]);
  });
  it("says why the demo was not made and stays", async () => {
    answer({ open_demo: () => new ApiError("disk_full", "There is no room on the disk.") });
    draw(<FirstRun host={host()} onReady={vi.fn()} />);
    await userEvent.click(screen.getByRole("button", { name: "Explore the demo company" }));
    expect(await screen.findByText("There is no room on the disk.")).toBeInTheDocument();
  });
  it("makes the company with decimal strings and ISO days, then shows the code once", async () => {
    const user = userEvent.setup();
    const { calls } = answer({ create_company: { recovery_code: "AAAA-BBBB-CCCC-DDDD" } });
    const onReady = vi.fn();
    draw(<FirstRun host={host()} onReady={onReady} />);
    await user.click(screen.getByRole("button", { name: "Set up my company" }));
    await user.click(screen.getByRole("button", { name: "Create the books" }));
    expect(screen.getByText("The company needs a name")).toBeInTheDocument();
    expect(calls).toHaveLength(0);
    await user.type(screen.getByLabelText("Name of the company"), "Northbeam Analytics, Inc.");
    await user.selectOptions(screen.getByLabelText("Currency of the books"), "EUR");
    const start = screen.getByLabelText("Books start on");
    await user.clear(start);
    await user.type(start, "1 Jul 2026");
    await user.type(screen.getByLabelText("First bank account"), "Mercury");
    await user.type(screen.getByLabelText("Its balance on that day"), "42,150.5");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(calls).toHaveLength(1));
    expect(calls[0]?.input).toMatchObject({ company: "Northbeam Analytics, Inc.", currency: "EUR", account: "Mercury", opening: "42150.5", passphrase: null });
    expect(await screen.findByText("AAAA")).toBeInTheDocument();
    expect(onReady).not.toHaveBeenCalled();
  });
  it("asks for a passphrase where there is no keychain, and refuses a short or different one", async () => {
    const user = userEvent.setup();
    const { calls } = answer({ create_company: { recovery_code: "AAAA" } });
    draw(<FirstRun host={host({ vault: "passphrase_file" })} onReady={vi.fn()} />);
    expect(screen.getByText("The key stays in a file that your passphrase locks")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Set up my company" }));
    await user.type(screen.getByLabelText("Name of the company"), "N");
    await user.type(screen.getByLabelText("Passphrase of the key file"), "short");
    await user.click(screen.getByRole("button", { name: "Create the books" }));
    expect(screen.getByText("Use at least 12 characters")).toBeInTheDocument();
    expect(screen.getByText("The two passphrases differ")).toBeInTheDocument();
    expect(calls).toHaveLength(0);
  });
  it("has no accessibility violation at its doors and in its form", async () => {
    const { container } = draw(<FirstRun host={host()} onReady={vi.fn()} />);
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Set up my company" }));
    expect(await violations(container)).toEqual([]);
  });
});

describe("the recovery code", () => {
  it("opens the books only after the asked group was typed back, whatever its case", async () => {
    const user = userEvent.setup();
    const onDone = vi.fn();
    draw(<Recovery code="AAAA-BBBB-CCCC-DDDD" onDone={onDone} pick={() => 0.5} />);
    await user.click(screen.getByRole("button", { name: "I have written it down" }));
    expect(screen.queryByText("CCCC")).toBeNull();
    const field = screen.getByLabelText("Type group 3 to show that you have it");
    await user.type(field, "BBBB{Enter}");
    expect(screen.getByText("That is not this group. Look at your copy.")).toBeInTheDocument();
    expect(onDone).not.toHaveBeenCalled();
    await user.clear(field);
    await user.type(field, "cccc{Enter}");
    expect(onDone).toHaveBeenCalledTimes(1);
  });
  it("reads groups however they are separated", () => {
    expect(groupsOf(" AB-CD  EF ")).toEqual(["AB", "CD", "EF"]);
    expect(sameGroup(" ab ", "AB")).toBe(true);
    expect(sameGroup("", "AB")).toBe(false);
  });
});

describe("unlock", () => {
  it("asks for the passphrase, says why it failed, and offers the recovery code", async () => {
    const user = userEvent.setup();
    const { calls } = answer({ unlock: () => new ApiError("wrong_secret", "That is not the passphrase of these books."), unlock_with_recovery_code: { sequence: 1, say: "", undo: null } });
    const onReady = vi.fn();
    const { container } = draw(<Unlock host={host({ state: "needs_passphrase" })} onReady={onReady} />);
    await user.type(screen.getByLabelText("Passphrase"), " with spaces {Enter}");
    expect(await screen.findByText("That is not the passphrase of these books.")).toBeInTheDocument();
    expect(calls[0]?.input).toEqual({ secret: " with spaces " });
    expect(await violations(container)).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Use the recovery code instead" }));
    await user.type(screen.getByLabelText("Recovery code"), "AAAA-BBBB{Enter}");
    await waitFor(() => expect(onReady).toHaveBeenCalledTimes(1));
  });
  it("shows why the books cannot be opened, with a way back", async () => {
    draw(<Unlock host={host({ state: "failed", message: "Another program holds the folder." })} onReady={vi.fn()} />);
    expect(screen.getByText("Another program holds the folder.")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Restore from a backup" }));
    expect(screen.getByRole("heading", { name: "Restore from a backup" })).toBeInTheDocument();
  });
});
