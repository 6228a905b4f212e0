import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { EffectRow, Status } from "../api/bindings";
import { setShell, type LongWork } from "../api/shell";
import { useKeys } from "../shared/keys/useKeys";
import { LongWorkProvider } from "../shared/longWork";
import { unreachable } from "../shared/online";
import { StatusProvider } from "../shared/status";
import { answer, draw, violations } from "../test/draw";
import { Offline, waitingWords } from "./Offline";
import { Sidebar } from "./Sidebar";
import { StatusLine } from "./StatusLine";

const effect = (kind: string, state: string): EffectRow => ({ id: `${kind}${state}`, kind, title: kind, state, waits_for: "", delivery: "neither", since: "2026-11-17T12:00:00Z", attempts: 0, has_preview: false, error: null, provider_id: null, amount: null });

const status: Status = {
  company: "Northbeam Analytics, Inc.", demo: true, currency: "USD", zone: "America/New_York", today: "2026-11-17",
  counts: { today: 3, matching: 3, payments: 0, cards: 0, payouts: 0, jobs: 0, outbox: 0, settings: 0 },
  outbox_queued: 1, leaving: [], verified_at: "2026-11-17T08:00:00Z", verify_problem: null,
  backup_at: "2026-11-17T08:02:00Z", paused_since: null, imported_at: "2026-11-17T13:41:00Z", sequence: 20418,
};

afterEach(() => {
  act(() => void window.dispatchEvent(new Event("online")));
  vi.useRealTimers();
});

describe("without a network", () => {
  it("says since when, what waits and where, and goes when the network is back", async () => {
    answer({ outbox: { effects: [effect("email.receipt", "queued"), effect("email.invoice", "held"), effect("money.refund", "held"), effect("email.receipt", "sent")], paused_since: null } });
    const { container } = draw(<Offline />);
    expect(screen.queryByRole("status", { name: "" })).not.toHaveTextContent("No network");
    act(() => void window.dispatchEvent(new Event("offline")));
    expect(await screen.findByText(/2 emails and 1 payment wait in the outbox and leave when you are online\./)).toHaveTextContent(/^No network since/);
    expect(screen.getByRole("link", { name: "Outbox" })).toHaveAttribute("href", "#/automations/outbox");
    expect(await violations(container)).toEqual([]);
    act(() => void window.dispatchEvent(new Event("online")));
    expect(screen.queryByText(/No network since/)).not.toBeInTheDocument();
  });
  it("says who cannot be reached where nobody can, and nothing while one of them answers", async () => {
    const row = (id: string, code: string | null, since: string) => ({ id, title: id, checked_at: since, trouble: code === null ? null : { code, text: "", since, fix: "again" } });
    const silent = [row("Stripe", "unreachable", "2026-11-17T12:00:00Z"), row("Mail", "timed_out", "2026-11-17T13:00:00Z")];
    const { container, unmount } = (answer({ outbox: { effects: [], paused_since: null }, connections: { connections: silent, providers: [] } }), draw(<Offline />));
    expect(await screen.findByText(/^Stripe and Mail cannot be reached since/)).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    unmount();
    const one = [row("Stripe", "unreachable", "2026-11-17T12:00:00Z"), row("Mail", null, "2026-11-17T13:00:00Z")];
    expect(unreachable(silent as never)?.since).toBe("2026-11-17T13:00:00Z");
    expect(unreachable(one as never)).toBeNull();
    expect(unreachable([row("Stripe", "secret_refused", "2026-11-17T12:00:00Z")] as never)).toBeNull();
    expect(unreachable([])).toBeNull();
  });
  it("counts what has not left, each kind by its name", () => {
    expect(waitingWords([effect("email.receipt", "unknown")])).toEqual({ what: "1 email", one: true });
    expect(waitingWords([effect("webhook", "queued"), effect("money.refund", "sending"), effect("email.x", "queued")])).toEqual({ what: "1 email, 1 payment and 1 other message", one: false });
    expect(waitingWords([effect("email.receipt", "sent"), effect("email.receipt", "cancelled")])).toBeNull();
  });
});

describe("the status line", () => {
  function Keys() {
    useKeys("global", [{ keys: ["?"], label: "all keys", hint: true, run: () => undefined }]);
    return null;
  }
  async function line() {
    let tell: (work: LongWork) => void = () => undefined;
    setShell({
      onProgress: async (listener) => {
        tell = listener;
        return () => undefined;
      },
    });
    const engine = answer({ cancel: { sequence: 1, say: "Cancelled.", undo: null } });
    const drawn = draw(
      <LongWorkProvider>
        <StatusProvider status={status}>
          <Keys />
          <StatusLine />
        </StatusProvider>
      </LongWorkProvider>,
    );
    await act(async () => undefined);
    return { ...engine, ...drawn, tell: (done: number, finished = false) => act(() => tell({ task: "t1", what: "Reading mercury.csv", done, total: 100_000, unit: "line", finished })) };
  }
  it("shows work only after a second, with its bar and a way to stop it", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { tell, calls, container } = await line();
    tell(100);
    expect(screen.queryByRole("progressbar")).not.toBeInTheDocument();
    await act(async () => void vi.advanceTimersByTime(1100));
    tell(61_200);
    expect(screen.getByText("Reading mercury.csv, line 61,200 of 100,000")).toBeInTheDocument();
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "61200");
    expect(screen.getByText(/Books verified/)).toBeInTheDocument();
    vi.useRealTimers();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    expect(calls.find((call) => call.method === "cancel")?.input).toEqual({ task: "t1" });
    tell(100_000, true);
    expect(screen.queryByRole("progressbar")).not.toBeInTheDocument();
  });
  it("keeps the key of all keys outside of what may be hidden for room", async () => {
    const { container } = await line();
    const hint = screen.getByText("all keys");
    expect(container.querySelector(".hints")).not.toContainElement(hint);
  });
});

describe("the sidebar", () => {
  it("names the company whole, and leads from the Demo tag to where it is deleted", async () => {
    const { container } = draw(
      <StatusProvider status={status}>
        <Sidebar onSearch={() => undefined} />
      </StatusProvider>,
    );
    expect(screen.getByText("Northbeam Analytics, Inc.")).toHaveAttribute("title", "Northbeam Analytics, Inc.");
    expect(screen.getByRole("link", { name: "Demo" })).toHaveAttribute("href", "#/settings/company");
    expect(within(screen.getByRole("navigation")).getByRole("link", { name: /^Money in/ })).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
  });
});
