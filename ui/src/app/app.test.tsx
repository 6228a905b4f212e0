import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { HostState } from "../api/bindings";
import { ApiError } from "../api/client";
import { useChanges } from "../api/hooks";
import { answer, draw } from "../test/draw";
import { App } from "./App";

// Four hundred zones would only slow the reading of the page.
vi.spyOn(Intl, "supportedValuesOf").mockImplementation((kind) => (kind === "currency" ? ["USD", "EUR"] : ["UTC", "Europe/Berlin"]));

const host = (more: Partial<HostState> = {}): HostState => ({ state: "no_company", folder: "data", version: "1.0.0", message: null, vault: "keychain", ...more });

describe("a company that is being founded", () => {
  it("keeps the code on screen although the folder is open by now, until it was typed back", async () => {
    const user = userEvent.setup();
    let state = "no_company";
    const made = () => {
      state = "open";
      return { recovery_code: "AAAA-BBBB" };
    };
    const { change, calls } = answer({ host_state: () => host({ state: state as HostState["state"] }), create_company: made, status: () => new ApiError("test", "The books are open.") });
    function Window() {
      useChanges();
      return <App />;
    }
    draw(<Window />);
    await user.click(await screen.findByRole("button", { name: "Set up my company" }));
    await user.type(screen.getByLabelText("Name of the company"), "Northbeam");
    await user.click(screen.getByRole("button", { name: "Create the books" }));
    expect(await screen.findByText("AAAA")).toBeInTheDocument();
    const asked = () => calls.filter((call) => call.method === "host_state").length;
    const before = asked();
    act(() => change({ topics: ["*"], sequence: 1 }));
    await waitFor(() => expect(asked()).toBeGreaterThan(before));
    await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
    expect(screen.getByText("AAAA")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "I have written it down" }));
    const field = screen.getByLabelText(/^Type group/);
    await user.type(field, (field as HTMLInputElement).labels?.[0]?.textContent?.includes("group 1") ? "AAAA{Enter}" : "BBBB{Enter}");
    expect(await screen.findByText("The books are open.")).toBeInTheDocument();
  });
});
