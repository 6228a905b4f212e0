// What the window shows when there is nothing yet, when something is wrong, and after it was killed.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { start } from "./lib/app.mjs";
import { ago } from "./lib/days.mjs";
import { answerFileDialog } from "./lib/dialog.mjs";
import { DRAWN, look } from "./lib/look.mjs";
import { processesOn, purser, purserDoes, purserRuns } from "./lib/outside.mjs";

const PASSPHRASE = "a passphrase of the test";
const place = mkdtempSync(join(tmpdir(), "states-"));
after(() => rmSync(place, { recursive: true, force: true }));

/** Books made by the command line before any window opens them; gives their recovery code. */
async function found(folder, { env, account = true } = {}) {
  const made = await purserDoes(folder, ["init", "--company", "Northbeam Analytics", "--books-start", ago(60), "--zone", "America/New_York"], { env });
  if (account) await purserDoes(folder, ["account", "add", "Mercury", "--kind", "bank", "--opening", "1000.00"], { env });
  return made.recovery_code;
}

/** Opens a window on a folder, does something in it, and closes it whatever happens. */
async function inApp(folder, act) {
  const app = await start({ data: folder, size: DRAWN });
  try {
    return await act(app);
  } finally {
    await app.close();
  }
}

const EMPTY = [
  ["today", "#/today", "Nothing has been booked yet"],
  ["match", "#/money-in/match", "No bank line yet"],
  ["payments", "#/money-in/payments", "No payment recorded yet"],
  ["cards", "#/money-in/cards", "No card payments yet"],
  ["invoices", "#/money-in/invoices", "No invoice yet"],
  ["payouts", "#/payouts/batches", "No money has left yet"],
  ["outbox", "#/automations/outbox", "The outbox is empty"],
  ["customers", "#/customers", "No customer yet"],
  ["reports", "#/reports/revenue", "No subscription is known"],
  ["ledger-journal", "#/ledger/journal", "The journal is empty"],
  ["ledger-tie-out", "#/ledger/tie-out", "No account to compare"],
  ["settings-connections", "#/settings/accounts", "No account yet"],
];

test("with nothing in the books every screen says what comes here", async () => {
  const folder = join(place, "empty");
  await found(folder, { account: false });
  await inApp(folder, async (app) => {
    for (const [name, hash, title] of EMPTY) {
      await app.go(hash);
      await app.find("heading", title);
      await look(app, `empty-${name}`, { schemes: ["light"] });
    }
  });
});

test("books behind a passphrase open with it, and a wrong one says so", async () => {
  const folder = join(place, "passphrase");
  await found(folder, { env: { PURSER_PASSPHRASE: PASSPHRASE } });
  await inApp(folder, async (app) => {
    await app.find("heading", "Open the books");
    await look(app, "unlock");
    await app.type("not the passphrase");
    await app.press("Enter");
    await app.find("heading", "The books were not opened", { ms: 20_000 });
    await look(app, "unlock-wrong", { schemes: ["light"] });
    await app.fill("Passphrase", PASSPHRASE, { role: undefined });
    await app.press("Enter");
    await app.find("navigation", undefined, { ms: 20_000 });
    assert.match(await app.visibleText(), /Northbeam Analytics/);
  });
});

test("without its key in the keychain a folder asks for the recovery code, which opens it", async () => {
  const folder = join(place, "keyless");
  const code = await found(folder);
  forgetKeys();
  await inApp(folder, async (app) => {
    await app.find("heading", "No key on this machine opens the books");
    await look(app, "unlock-code", { schemes: ["light"] });
    await app.type(code);
    await app.press("Enter");
    await app.find("navigation", undefined, { ms: 20_000 });
  });
  // The key was stored again.
  await inApp(folder, (app) => app.find("navigation"));
});

test("another folder's books open beside these, the same folder only once", async () => {
  const [one, two] = [join(place, "beside-one"), join(place, "beside-two")];
  await found(one);
  await found(two);
  await inApp(one, async (first) => {
    await first.find("navigation");
    await inApp(two, async (second) => {
      await second.find("navigation");
      assert.equal(processesOn(one).length, 1);
      assert.equal(processesOn(two).length, 1);
    });
    const again = spawnSync(process.env.PURSER_BINARY, ["--data", one], { timeout: 20_000, stdio: "ignore" });
    assert.equal(again.status, 0, `ended by ${again.signal}`);
    await first.find("navigation");
  });
});

/** Empties the keychain of this run, as a new machine has it. */
function forgetKeys() {
  execFileSync("secret-tool", ["clear", "service", "purser"], { timeout: 10_000 });
}

test("a backup opens in an empty folder with the recovery code, and everything waits", async () => {
  const [folder, restored] = [join(place, "saved"), join(place, "restored")];
  const backup = join(place, "books.purser-backup");
  const code = await found(folder);
  await purserDoes(folder, ["backup", backup]);
  await inApp(restored, async (app) => {
    await app.click("button", "restore from a backup");
    await app.find("heading", "Restore from a backup");
    await look(app, "restore");
    await app.click("button", "Choose a file");
    await answerFileDialog("Backup file", backup);
    await app.findText(backup);
    await app.fill("Recovery code", "AAAA-BBBB-CCCC-DDDD");
    await app.click("button", "Restore the books");
    await app.find("heading", "The backup was not restored", { ms: 20_000 });
    await app.fill("Recovery code", code);
    await app.click("button", "Restore the books");
    await app.find("navigation", undefined, { ms: 30_000 });
    await app.findText(/^Paused since/);
    await look(app, "restored-today", { schemes: ["light"] });
  });
  assert.deepEqual(await purserDoes(restored, ["ledger", "balance"]), await purserDoes(folder, ["ledger", "balance"]));
});

test("damaged books are an error with a way on, not a blank page", async () => {
  const folder = join(place, "damaged");
  await found(folder);
  const books = join(folder, "books.db");
  const file = openSync(books, "r+");
  // The first page holds what every other one hangs on.
  writeSync(file, Buffer.alloc(statSync(books).size / 2, 0x5a), 0, undefined, 0);
  closeSync(file);
  await inApp(folder, async (app) => {
    // A first page that cannot be read may as well be one of another key: both are said, with both ways on.
    await app.find("heading", "No key on this machine opens the books");
    await app.findText(/restore a backup if the file is damaged/);
    await app.find("button", "Restore from a backup");
    await look(app, "damaged", { schemes: ["light", "dark"] });
  });
});

test("a folder that the command line works on says who has it", async () => {
  const folder = join(place, "taken");
  await found(folder);
  const worker = purserRuns(folder, ["run"]);
  try {
    await untilTrue(async () => (await purser(folder, ["doctor"])).status === 0);
    await inApp(folder, async (app) => {
      await app.find("heading", "The books cannot be opened");
      await app.findText(/Another Purser/);
      await look(app, "taken", { schemes: ["light"] });
    });
  } finally {
    worker.kill("SIGTERM");
  }
});

async function untilTrue(look, ms = 15_000) {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) {
    if (await look()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`not true within ${ms} ms`);
}

test("killed in the middle, the window opens again with everything that was acknowledged", async () => {
  const folder = join(place, "killed");
  await found(folder);
  writeFileSync(join(place, "customers.csv"), "name,email,external_id,plan,country,signed_up\nOsprey Health,ap@ospreyhealth.example,cus_osprey,scale,US,2026-01-01\n");
  await purserDoes(folder, ["import", "customers", join(place, "customers.csv")]);
  const acknowledged = [];
  const app = await start({ data: folder, size: DRAWN });
  try {
    await app.go("#/money-in/payments");
    await app.find("heading", "No payment recorded yet");
    const [customer] = (await app.ask("customers", { text: "" })).customers;
    const form = { customer: customer.id, amount: "10.00", currency: "USD", method: "cash", received_on: ago(1), reference: "", note: "", allocations: [], proof: "", email_receipt: false };
    // Payments one after the other, each told to the test as soon as the page has its answer; the kill comes in between.
    let stopped = false;
    const working = (async () => {
      while (!stopped) {
        const { ok } = await app.invoke("command", { method: "payment_record", input: form });
        if (ok) acknowledged.push(ok.payment);
      }
    })().catch(() => {});
    await untilTrue(() => acknowledged.length >= 5);
    for (const pid of processesOn(folder)) process.kill(pid, "SIGKILL");
    stopped = true;
    await working;
  } finally {
    await app.close();
  }
  await untilTrue(() => processesOn(folder).length === 0);
  await inApp(folder, async (again) => {
    await again.go("#/money-in/payments");
    await again.find("grid", "Payments");
    const index = await again.ask("payments_index", { state: "all", text: "" });
    const kept = new Set((await again.ask("payments_rows", { keys: index.keys })).map((row) => row.number));
    assert.deepEqual(acknowledged.filter((number) => !kept.has(number)), []);
    // What was decided but not yet answered may be there too; more than that one may not.
    assert.ok(kept.size <= acknowledged.length + 1, `${kept.size} kept, ${acknowledged.length} acknowledged`);
    for (const number of kept) await again.ask("payment", { number });
    assert.equal((await purserDoes(folder, ["verify"])).ok, true);
    const papers = readdirSync(join(folder, "papers"), { recursive: true }).filter((name) => name.endsWith(".pdf"));
    assert.ok(papers.length >= acknowledged.length, `${papers.length} receipts of ${acknowledged.length}`);
    await look(again, "after-kill", { schemes: ["light"] });
  });
});
