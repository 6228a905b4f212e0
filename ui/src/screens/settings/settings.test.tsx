import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { ApiError } from "../../api/client";
import { setShell } from "../../api/shell";
import { settings as fixtures } from "../../dev/settings";
import { today } from "../../dev/today";
import { StatusProvider } from "../../shared/status";
import { answer, draw, violations } from "../../test/draw";
import { sizeText } from "./BackupsPage";
import { fileName } from "./import/ImportPage";
import { Settings } from "./Settings";

vi.spyOn(Intl, "supportedValuesOf").mockImplementation((kind) => (kind === "currency" ? ["USD", "EUR"] : ["UTC", "America/New_York"]));
const done = { sequence: 1, say: "Done", undo: null };

function show(hash: string, replies: Record<string, unknown> = {}, status = today.status) {
  window.location.hash = hash;
  setShell({ onFileDrop: async () => () => undefined, pickFile: async () => "mercury-oct.csv", autostart: async () => false });
  const engine = answer({ ...fixtures, ...replies });
  const drawn = draw(
    <StatusProvider status={status}>
      <Settings />
    </StatusProvider>,
  );
  return { ...engine, ...drawn };
}
const commands = (calls: { kind: string; method: string; input: unknown }[]) => calls.filter((c) => c.kind === "command");

describe("settings", () => {
  it("start with the session when the switch is on, and say so when the system refuses", async () => {
    show("#/settings/appearance");
    const autostartSet = vi.fn(async () => Promise.reject(new ApiError("autostart", "The system did not take the setting.")));
    setShell({ autostart: async () => false, autostartSet });
    await userEvent.click(await screen.findByRole("switch", { name: /^Start with/ }));
    expect(autostartSet).toHaveBeenCalledExactlyOnceWith(true);
    expect(await screen.findByText("The system did not take the setting.")).toBeInTheDocument();
    expect(screen.getByRole("switch", { name: /^Start with/ })).not.toBeChecked();
  });
  it("add an account with its opening balance as a decimal string", async () => {
    const user = userEvent.setup();
    const { calls } = show("#/settings/accounts", { account_add: done });
    await screen.findByRole("table", { name: "Bank and cash accounts" });
    await user.click(screen.getByRole("button", { name: "Add an account" }));
    await user.type(screen.getByLabelText("Account"), "Savings");
    await user.type(screen.getByLabelText("Opening balance"), "1,000");
    await user.click(screen.getByRole("button", { name: "Add the account" }));
    await waitFor(() => expect(commands(calls)[0]?.input).toEqual({ name: "Savings", kind: "bank", currency: "USD", opening: "1000" }));
  });
  it("undo an import, but not one that is undone", async () => {
    const { calls } = show("#/settings/accounts", { import_undo: done });
    const button = await screen.findByRole("button", { name: "Undo this import mercury-oct.csv" });
    expect(screen.queryByRole("button", { name: /customers\.csv/ })).toBeNull();
    await userEvent.click(button);
    await waitFor(() => expect(commands(calls)[0]).toMatchObject({ method: "import_undo", input: { id: "i1" } }));
  });
  it("save the company only when something changed, and say why it was refused", async () => {
    const user = userEvent.setup();
    const { calls } = show("#/settings/company", { company_save: () => new ApiError("invalid", "The prefix NB is used by other documents.") });
    const name = await screen.findByLabelText("Legal name");
    fireEvent.keyDown(window, { key: "Enter", ctrlKey: true });
    expect(commands(calls)).toHaveLength(0);
    await user.type(name, " II");
    fireEvent.keyDown(window, { key: "Enter", ctrlKey: true });
    expect(await screen.findByText("The prefix NB is used by other documents.")).toBeInTheDocument();
    expect(commands(calls)[0]?.input).toMatchObject({ name: "Northbeam Analytics, Inc. II", undo_seconds: 10 });
  });
  it("delete the demo company only after naming what goes, and offer it only there", async () => {
    const user = userEvent.setup();
    const { calls, unmount } = show("#/settings/company", { delete_demo: done }, { ...today.status, demo: true });
    await user.click(await screen.findByRole("button", { name: "Delete the demo company" }));
    expect(commands(calls)).toHaveLength(0);
    const buttons = await screen.findAllByRole("button", { name: "Delete the demo company" });
    await user.click(buttons[buttons.length - 1]!);
    await waitFor(() => expect(commands(calls)[0]?.method).toBe("delete_demo"));
    unmount();
    show("#/settings/company");
    await screen.findByLabelText("Legal name");
    expect(screen.queryByRole("button", { name: "Delete the demo company" })).toBeNull();
  });
  it("set an approval passphrase only when both agree, and empty the fields after", async () => {
    const user = userEvent.setup();
    const { calls } = show("#/settings/security", { approval_passphrase_set: done });
    await user.type(await screen.findByLabelText("New approval passphrase"), "correct horse");
    await user.type(screen.getByLabelText("The same again"), "correct hors");
    expect(screen.getByText("The two differ")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Set the passphrase" })).toBeNull();
    await user.type(screen.getByLabelText("The same again"), "e");
    await user.click(screen.getByRole("button", { name: "Set the passphrase" }));
    await waitFor(() => expect(commands(calls)[0]?.input).toEqual({ present: "", secret: "correct horse" }));
    await waitFor(() => expect(screen.getByLabelText("New approval passphrase")).toHaveValue(""));
  });
  it("change the approval passphrase, or switch it off, only with the present one", async () => {
    const user = userEvent.setup();
    const { calls, container } = show("#/settings/security", { approval_passphrase_set: done, security: { ...(fixtures.security as object), approval_passphrase: true } });
    await user.type(await screen.findByLabelText("New approval passphrase"), "battery staple");
    await user.type(screen.getByLabelText("The same again"), "battery staple");
    expect(screen.queryByRole("button", { name: "Change the passphrase" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Switch it off" })).toBeNull();
    await user.type(screen.getByLabelText("Present approval passphrase"), "correct horse");
    await user.click(screen.getByRole("button", { name: "Change the passphrase" }));
    await waitFor(() => expect(commands(calls)[0]?.input).toEqual({ present: "correct horse", secret: "battery staple" }));
    await waitFor(() => expect(screen.getByLabelText("Present approval passphrase")).toHaveValue(""));
    await user.type(screen.getByLabelText("Present approval passphrase"), "battery staple");
    await user.click(screen.getByRole("button", { name: "Switch it off" }));
    await waitFor(() => expect(commands(calls)[1]?.input).toEqual({ present: "battery staple", secret: "" }));
    expect(await violations(container)).toEqual([]);
  });
  it("offer no second passphrase where one opens the books", async () => {
    show("#/settings/security", { security: { ...(fixtures.security as object), vault: "passphrase_file", approval_passphrase: true } });
    expect(await screen.findByText("Approving money asks for the passphrase that opens the books.")).toBeInTheDocument();
    expect(screen.queryByLabelText("New approval passphrase")).toBeNull();
  });
  it("remember on this machine that single keys are off", async () => {
    show("#/settings/appearance");
    await userEvent.click(screen.getByRole("switch", { name: /^Single keys/ }));
    expect(JSON.parse(window.localStorage.getItem("purser.preferences") ?? "{}")).toMatchObject({ singleKeys: false });
    await userEvent.click(screen.getByRole("switch", { name: /^Single keys/ }));
  });
  it("in_01 copies nightly backups to the folder that is picked, and to none", async () => {
    const { calls } = show("#/settings/backups", { backup_copies: { path: "/Volumes/NAS/purser" } });
    expect(await screen.findByText("/Volumes/NAS/purser")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Copy to none" }));
    await waitFor(() => expect(calls.find((call) => call.method === "backup_copies_save")?.input).toEqual({ path: "" }));
  });
  it.each(["accounts", "company", "policies", "security", "backups", "appearance"])("have no accessibility violation in %s", async (tab) => {
    const { container } = show(`#/settings/${tab}`);
    await screen.findByRole("heading", { level: 1 });
    expect(await violations(container)).toEqual([]);
  });
});

describe("importing a statement", () => {
  const preview = fixtures.import_preview as { rejected: unknown[]; mapping: object };
  const clean = { ...preview, rejected: [] };
  const imported = { format: "csv", read: 214, new: 210, known: 4, rejected: [], import: "i9", ignored_columns: ["Balance"], booked: 12, done: { ...done, undo: "u9" } };
  it("shows the columns and what would be booked before anything is", async () => {
    const { calls } = show("#/settings/accounts/import?kind=statement&path=a/mercury-oct.csv", { import_preview: clean });
    expect(await screen.findByRole("button", { name: "Import 214 lines" })).toBeInTheDocument();
    expect(screen.getByText("+$4,785.00")).toBeInTheDocument();
    expect(commands(calls)).toEqual([]);
  });
  it("reads again with each changed column, and imports with that mapping", async () => {
    const user = userEvent.setup();
    const { calls } = show("#/settings/accounts/import?kind=statement&path=a/mercury-oct.csv", {
      import_preview: (input: unknown) => ({ ...clean, mapping: (input as { mapping: object | null }).mapping ?? preview.mapping }),
      import_statement: imported,
    });
    await user.selectOptions(await screen.findByLabelText("The bank’s own number of the line"), "Balance");
    await waitFor(() => expect(calls.filter((c) => c.method === "import_preview")).toHaveLength(2));
    await user.click(await screen.findByRole("button", { name: "Import 214 lines" }));
    expect(await screen.findByText("214 rows read: 210 new, 4 known before.")).toBeInTheDocument();
    expect(commands(calls)[0]?.input).toMatchObject({ account: "Mercury", skip_bad: false, mapping: { id: "Balance", date: "Date" } });
    expect(screen.getByText("12 lines were booked at once.")).toBeInTheDocument();
  });
  it("shows each refused row with its reason and imports the good ones only when told to", async () => {
    const { calls } = show("#/settings/accounts/import?kind=statement&path=a/mercury-oct.csv", { import_statement: { ...imported, rejected: preview.rejected } });
    expect(await screen.findByText("Line 214 has 5 columns, the header has 6.")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Import 214 lines" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Import the 213 good rows" }));
    await waitFor(() => expect(commands(calls)[0]?.input).toMatchObject({ skip_bad: true }));
    expect(await screen.findByText("1 row was left out.")).toBeInTheDocument();
  });
  it("says why a file cannot be read and books nothing", async () => {
    const { calls } = show("#/settings/accounts/import?kind=statement&path=a/photo.png", { import_preview: () => new ApiError("format", "photo.png is no statement.") });
    expect(await screen.findByText("photo.png is no statement.")).toBeInTheDocument();
    expect(commands(calls)).toEqual([]);
  });
  it("has no accessibility violation", async () => {
    const { container } = show("#/settings/accounts/import?kind=statement&path=a/mercury-oct.csv");
    await screen.findByText("Which column is what");
    expect(await violations(container)).toEqual([]);
  });
});

describe("small words", () => {
  it("write sizes and file names of every system", () => {
    expect([sizeText(900), sizeText(12_400_000)]).toEqual(["900 B", "11.8 MB"]);
    expect([fileName("/a/b.csv"), fileName("C:\\a\\b.csv")]).toEqual(["b.csv", "b.csv"]);
  });
});

describe("the approval passphrase", () => {
  it("is not said to be asked for in the demo company, where it is not", async () => {
    const security = { ...(fixtures.security as object), approval_passphrase: true };
    const own = show("#/settings/security", { security }, { ...today.status, demo: false });
    expect(await screen.findByText("Approving money asks for it.")).toBeInTheDocument();
    own.unmount();
    show("#/settings/security", { security }, { ...today.status, demo: true });
    expect(await screen.findByText(/In the demo company approving asks for nothing/)).toBeInTheDocument();
    expect(screen.queryByText("Approving money asks for it.")).toBeNull();
  });
});

describe("the lock's setting", () => {
  const security = { ...(fixtures.security as object), approval_passphrase: true, lock_after_minutes: 10 };
  it("saves minutes, or never, and locks at once", async () => {
    const { calls, container } = show("#/settings/security", { security, security_save: done, lock: done });
    const minutes = await screen.findByLabelText("Minutes without you");
    expect(await violations(container)).toEqual([]);
    await userEvent.clear(minutes);
    await userEvent.type(minutes, "45");
    await userEvent.click(screen.getByRole("button", { name: "Save the lock" }));
    await waitFor(() => expect(commands(calls).at(-1)?.input).toEqual({ lock_after_minutes: 45 }));
    await userEvent.click(screen.getByRole("switch", { name: "Lock when nobody is here" }));
    await userEvent.click(screen.getByRole("button", { name: "Save the lock" }));
    await waitFor(() => expect(commands(calls).at(-1)?.input).toEqual({ lock_after_minutes: null }));
    await userEvent.click(screen.getByRole("button", { name: "Lock now" }));
    await waitFor(() => expect(commands(calls).at(-1)?.method).toBe("lock"));
  });
  it("says that without a passphrase nothing locks", async () => {
    show("#/settings/security", { security: { ...security, approval_passphrase: false } });
    expect(await screen.findByText(/Until then nothing locks/)).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Lock now" })).not.toBeInTheDocument();
  });
});
