import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import type { JobDetail } from "../../api/bindings";
import { jobs as fixtures } from "../../dev/jobs";
import { settings } from "../../dev/settings";
import { today } from "../../dev/today";
import { MorningProvider } from "../../shared/morning";
import { StatusProvider } from "../../shared/status";
import { answer, draw, violations, type Call } from "../../test/draw";
import { Automations } from "./Automations";
import { withoutZone } from "./Jobs";
import { barsText, kindOf } from "./RunBars";

function show(hash: string, replies: Record<string, unknown> = {}) {
  window.location.hash = hash;
  const engine = answer({ ...today, ...settings, ...fixtures, ...replies });
  const drawn = draw(
    <StatusProvider status={today.status}>
      <MorningProvider>
        <Automations />
      </MorningProvider>
    </StatusProvider>,
  );
  return { ...engine, ...drawn };
}

function acts(calls: Call[]) {
  return calls.filter((call) => call.kind !== "query").map((call) => [call.method, call.input]);
}

describe("Jobs", () => {
  beforeEach(() => {
    window.location.hash = "#/automations/jobs";
  });
  it("shows the failing job first and opened, with what failed and the button that tries again", async () => {
    show("#/automations/jobs");
    expect(await screen.findByRole("heading", { name: "7 jobs" })).toBeInTheDocument();
    expect(screen.getByText("1 failing, 1 paused, 41 runs today")).toBeInTheDocument();
    const table = screen.getByRole("grid", { name: "Jobs" });
    const first = within(table).getAllByRole("row")[1];
    expect(first).toHaveTextContent("Nightly backup");
    expect(first).toHaveAttribute("aria-selected", "true");
    expect(await screen.findByRole("button", { name: "Run again now" })).toBeInTheDocument();
    expect(screen.getByText("0 3 * * *")).toBeInTheDocument();
    expect(await screen.findByText("Gave up after 4 attempts.")).toBeInTheDocument();
  });
  it("leads from a job that lacks something to where it is connected", async () => {
    const detail = (fixtures.job as (input: unknown) => JobDetail)({ name: "verify" });
    show("#/automations/jobs/verify", { job: { ...detail, row: { ...detail.row, name: "stripe", title: "Read Stripe", needs: "Connect Stripe first: Settings, Connections." } } });
    expect(await screen.findByRole("link", { name: "Go to Connections" })).toHaveAttribute("href", "#/settings/connections");
    expect(screen.queryByRole("button", { name: "Run now" })).toBeNull();
  });
  it("says schedules in words and runs as a sentence for who cannot see bars", async () => {
    show("#/automations/jobs");
    await screen.findByRole("grid", { name: "Jobs" });
    expect(screen.getByRole("img", { name: "17 succeeded, 2 failed, 1 skipped or stopped" })).toBeInTheDocument();
    expect(screen.getByText("Every 5 minutes")).toBeInTheDocument();
    expect(screen.getByText("Paused by you, 4 Nov")).toBeInTheDocument();
  });
  it("runs with T, pauses with P and leaves the rest alone", async () => {
    const { calls } = show("#/automations/jobs/verify");
    await screen.findByRole("heading", { name: "Prove the books", level: 1 });
    await screen.findByRole("button", { name: "Run now" });
    fireEvent.keyDown(window, { key: "t" });
    await waitFor(() => expect(acts(calls)).toEqual([["job_run", { name: "verify", wait_seconds: 0 }]]));
    fireEvent.keyDown(window, { key: "p" });
    await waitFor(() => expect(acts(calls)[1]).toEqual(["job_pause", { name: "verify" }]));
  });
  it("changes a schedule with E after the next times were shown", async () => {
    const { calls } = show("#/automations/jobs/backup");
    await screen.findByRole("button", { name: "Run again now" });
    fireEvent.keyDown(window, { key: "e" });
    const form = await screen.findByRole("form", { name: "When it runs" });
    expect(await within(form).findByText("Next five")).toBeInTheDocument();
    const field = within(form).getByLabelText("Schedule");
    await userEvent.clear(field);
    await userEvent.type(field, "0 2 * * *");
    await userEvent.click(within(form).getByRole("radio", { name: "Each" }));
    await userEvent.click(within(form).getByRole("button", { name: "Save schedule" }));
    await waitFor(() =>
      expect(acts(calls)).toEqual([["job_schedule", { name: "backup", schedule: "0 2 * * *", zone: "", catch_up: "all" }]]),
    );
  });
  it("does not offer to save a schedule that cannot be", async () => {
    const { calls } = show("#/automations/jobs/backup", { job_schedule_preview: { words: "", next: [], problem: "“often” is no schedule." } });
    await screen.findByRole("button", { name: "Run again now" });
    fireEvent.keyDown(window, { key: "e" });
    expect(await screen.findByText("“often” is no schedule.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Save schedule" })).toBeDisabled();
    expect(acts(calls)).toEqual([]);
  });
  it("opens an earlier run's log", async () => {
    const { calls } = show("#/automations/jobs/backup");
    await userEvent.click(await screen.findByRole("button", { name: "Run 410 skipped" }));
    await waitFor(() => expect(calls.some((call) => call.method === "run_log" && (call.input as { number: number }).number === 410)).toBe(true));
  });
  it("lists what was missed and lets the founder decide by row", async () => {
    const { calls } = show("#/automations/jobs");
    await userEvent.click(await screen.findByRole("button", { name: "Missed runs" }));
    const select = await screen.findByRole("combobox", { name: "What is done about the missed runs of Daily revenue report" });
    await userEvent.selectOptions(select, "all");
    await waitFor(() => expect(acts(calls)).toEqual([["missed_decide", { key: 2, catch_up: "all" }]]));
  });
  it("has no accessibility violations", async () => {
    const { container } = show("#/automations/jobs");
    await screen.findByText("Gave up after 4 attempts.");
    expect(await violations(container)).toEqual([]);
  });
});

describe("Runs", () => {
  it("lists every run newest first with what it said", async () => {
    const { container } = show("#/automations/runs");
    expect(await screen.findByRole("heading", { name: "20 runs" })).toBeInTheDocument();
    const rows = within(screen.getByRole("grid", { name: "Runs" })).getAllByRole("row");
    await waitFor(() => expect(rows[1]).toHaveTextContent("412"));
    expect(await screen.findByText("Gave up after 4 attempts.")).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
  });
});

describe("a schedule in a list", () => {
  it("leaves out the company's own zone and nothing else", () => {
    expect(["Every day at 08:00 New York time", "Every 4 hours at 5 past, UTC", "Every 5 minutes", "Every hour, on the hour"].map(withoutZone)).toEqual([
      "Every day at 08:00",
      "Every 4 hours at 5 past",
      "Every 5 minutes",
      "Every hour, on the hour",
    ]);
  });
});

describe("bars", () => {
  it("tell a retry from a success and a stopped run from a failure", () => {
    const bar = (state: "succeeded" | "failed" | "skipped" | "cancelled" | "running", attempts = 1) => ({ number: 1, state, attempts, took_ms: 5 });
    expect([bar("succeeded"), bar("succeeded", 2), bar("failed"), bar("cancelled"), bar("running")].map(kindOf)).toEqual([
      "succeeded",
      "retried",
      "failed",
      "skipped",
      "running",
    ]);
    expect(barsText([])).toBe("never ran");
  });
});

describe("JS-09 hours of rest", () => {
  it("are set with two times and say on the screen that they are now", async () => {
    const { calls } = show("#/automations/jobs");
    await userEvent.click(await screen.findByRole("button", { name: "Hours of rest" }));
    fireEvent.change(screen.getByLabelText("Until"), { target: { value: "04:30" } });
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(acts(calls)).toEqual([["jobs_rest", { from: "03:00", until: "04:30" }]]));
  });
  it("are ended by never resting", async () => {
    const { calls, container } = show("#/automations/jobs", { jobs: { ...fixtures.jobs, rest: { from: "17:00", until: "09:00", now: true } } });
    await userEvent.click(await screen.findByRole("button", { name: "Jobs rest until 09:00" }));
    expect(screen.getByText("Jobs rest from 17:00 to 09:00.")).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Never rest" }));
    await waitFor(() => expect(acts(calls)).toEqual([["jobs_rest", { from: "", until: "" }]]));
  });
});

describe("JS-12 analytics", () => {
  it("say of every job what it came to, and what was done without the founder", async () => {
    const { calls, container } = show("#/automations/analytics");
    expect(await screen.findByRole("heading", { name: "Last 30 days" })).toBeInTheDocument();
    const first = within(await screen.findByRole("grid", { name: "Analytics" })).getAllByRole("row")[1];
    expect(first).toHaveTextContent("Nightly backup2996.5 %121");
    expect(screen.getByText("96 of 120")).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("radio", { name: "7 days" }));
    await waitFor(() => expect(calls.some((call) => call.method === "automation_analytics" && (call.input as { days: number }).days === 7)).toBe(true));
    fireEvent.keyDown(window, { key: "Enter" });
    expect(window.location.hash).toBe("#/automations/jobs/backup");
  });
});
