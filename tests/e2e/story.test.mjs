// The founder's main job from the first minute, on a company of his own: what leaves, what is on the disk, and what
// other programs say of it.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { start } from "./lib/app.mjs";
import { ago, typedDay } from "./lib/days.mjs";
import { answerFileDialog } from "./lib/dialog.mjs";
import { look } from "./lib/look.mjs";
import { hledger, pdfText, purser, purserDoes } from "./lib/outside.mjs";

const files = mkdtempSync(join(tmpdir(), "files-"));
const CUSTOMERS = `name,email,external_id,plan,country,signed_up
Brightwell Dental Group,office@brightwelldental.example,cus_brightwell,team,US,${ago(300)}
Kestrel Logistics International LLC,ap@kestrel-logistics.example,cus_kestrel,scale,US,${ago(280)}
Nordhavn A/S,bogholderi@nordhavn.example,cus_nordhavn,scale,DK,${ago(270)}
Łódź Design Sp. z o.o.,biuro@lodzdesign.example,cus_lodz,solo,PL,${ago(90)}
`;
const INVOICES = `number,customer,email,amount,currency,issued,due,reference
NB-0085,Brightwell Dental Group,office@brightwelldental.example,588.00,USD,${ago(40)},${ago(26)},NB10420855
NB-0118,Kestrel Logistics International LLC,ap@kestrel-logistics.example,4800.00,USD,${ago(30)},${ago(9)},NB10421181
NB-0088,Nordhavn A/S,bogholderi@nordhavn.example,2352.00,USD,${ago(30)},${ago(2)},NB10420880
NB-0096,Łódź Design Sp. z o.o.,biuro@lodzdesign.example,348.00,USD,${ago(20)},${ago(6)},NB10420960
`;
const PASSPHRASE = "only the founder";
// In full with its reference; short by a bank's fee with letters for digits; no reference at all; no customer's; out.
const STATEMENT = `id,date,amount,currency,payer,description
M-1,${ago(12)},588.00,USD,BRIGHTWELL DENTAL GRP,NB10420855 SUBSCR
M-2,${ago(8)},4785.00,USD,KESTREL LOGISTICS INTE,WIRE REF NB1O42 I181
M-3,${ago(6)},2352.00,USD,NHV TRADING APS,THANK YOU
M-4,${ago(5)},2184.16,USD,STRIPE,STRIPE TRANSFER ST-T4K9
M-5,${ago(4)},-84.00,USD,GITHUB INC,GITHUB TEAM
`;

let app;
before(async () => {
  mkdirSync(files, { recursive: true });
  for (const [name, text] of [["customers.csv", CUSTOMERS], ["invoices.csv", INVOICES], ["mercury.csv", STATEMENT]]) writeFileSync(join(files, name), text);
  app = await start({ size: [1440, 900] });
});
after(async () => {
  await app?.close();
});

/** One step of the story; after one that failed there is no sense in the next. */
let broken = false;
function step(name, act) {
  test(name, async (context) => {
    if (broken) {
      context.skip("an earlier step failed");
      return;
    }
    broken = true;
    await act();
    broken = false;
  });
}

/** Balances by account as the command line says them; it asks through the window's socket. */
async function balances() {
  const rows = await purserDoes(app.folder, ["ledger", "balance"]);
  return Object.fromEntries(rows.map((row) => [row.account, row.amount]));
}

/** The lines of groups of Match, by their payers. */
async function lines(...groups) {
  const index = await app.ask("match_index", { text: "" });
  const rows = await app.ask("match_rows", { keys: groups.flatMap((group) => index[group]) });
  return rows.map((row) => row.payer);
}

/** Waits until this payer's line wants nothing more, or wants something again. */
async function decided(payer, wanted = true) {
  await app.until(`${payer} to be decided: ${wanted}`, async () => (await lines("needs_you", "ready")).includes(payer) !== wanted);
}

let code;

step("a company is set up, and its recovery code is shown once", async () => {
  await app.click("button", /^Set up my company/);
  await app.fill("Name of the company", "Northbeam Analytics, Inc.");
  await app.fill("Books start on", typedDay(ago(60)));
  await look(app, "first-run-company");
  await app.press("Control+Enter");
  await app.find("heading", "Write down your recovery code", { ms: 30_000 });
  const groups = await app.until("the code", async () => {
    const found = await app.all("listitem", undefined, { within: await app.find("list", "Recovery code") });
    return found.length > 0 && found;
  });
  code = (await Promise.all(groups.map((group) => app.text(group)))).map((text, at) => text.replace(new RegExp(`^${at + 1}\\s*`), ""));
  assert.ok(code.length >= 4 && code.every((group) => /^[0-9A-Z]{4,}$/.test(group)), `${code.length} groups`);
  assert.deepEqual(await app.axe(), []);
  await app.click("button", "I have written it down");
  const field = await app.find("textbox", /^Type group \d+/);
  const asked = Number(/\d+/.exec((await app.focused()).name)[0]);
  await field.sendKeys("WRONG");
  await app.press("Enter");
  await app.findText("That is not this group. Look at your copy.");
  assert.deepEqual(await app.axe(), []);
  await app.fill(/^Type group \d+/, code[asked - 1]);
  await app.press("Enter");
  await app.find("navigation");
  // The day was sent by key, before its field was left.
  assert.equal((await app.ask("company")).books_start, ago(60));
  for (const group of code) assert.ok(!(await app.visibleText()).includes(group), "the code is still on the screen");
});

step("a bank account is added with its opening balance", async () => {
  await app.press("g", "s");
  await app.clickFirst("button", "Add an account");
  await app.fill("Account", "Mercury");
  await app.fill("Opening balance", "18,204.11");
  await app.press("Enter");
  await app.find("rowheader", "Mercury");
  assert.equal((await balances())["Assets:Bank:Mercury"], "18204.11");
});

for (const [kind, button, count] of [["customers", "Import customers", 4], ["invoices", "Import open invoices", 4]]) {
  step(`${kind} are imported through the system's file dialog`, async () => {
    await app.go("#/settings/accounts");
    await app.click("button", button);
    await app.press("n");
    await answerFileDialog(button, join(files, `${kind}.csv`));
    await app.click("button", `Import ${kind}.csv`);
    await app.findText(`${count} rows read: ${count} new, 0 known before.`);
  });
}

step("a statement is read, looked at, imported, and what is certain is booked", async () => {
  await app.press("g", "m");
  await app.clickFirst("button", "Import statement");
  await app.press("n");
  await answerFileDialog("Import a bank statement", join(files, "mercury.csv"));
  await app.find("button", /^Import 5 lines/);
  await app.press("Control+Enter");
  await app.findText("5 rows read: 5 new, 0 known before.");
  await app.findText("1 line was booked at once.");
  await look(app, "import-done");
  assert.deepEqual(await lines("booked"), ["BRIGHTWELL DENTAL GRP"]);
  assert.equal((await balances())["Assets:Bank:Mercury"], "28029.27");
});

step("the same file again changes nothing", async () => {
  await app.click("button", "Go to Match");
  await app.clickFirst("button", "Import statement");
  await app.press("n");
  await answerFileDialog("Import a bank statement", join(files, "mercury.csv"));
  await app.find("button", /^Import 5 lines/);
  await app.press("Control+Enter");
  await app.findText("5 rows read: 0 new, 5 known before.");
  assert.equal((await balances())["Assets:Bank:Mercury"], "28029.27");
});

/** Moves from the first line with J until this payer's line is on the desk. */
async function moveTo(payer) {
  await app.press("Home");
  for (let steps = 0; steps < 8; steps += 1) {
    const [heading] = await app.all("heading", payer);
    if (heading) return;
    const before = await app.visibleText();
    await app.press("j");
    await app.until("another line", async () => (await app.visibleText()) !== before, { ms: 3000 }).catch(() => {});
  }
  throw new Error(`no line of ${payer} on the way; the window shows:\n${await app.visibleText()}`);
}

step("a payment that is short is matched by keyboard, the gap booked as a bank fee", async () => {
  await app.press("g", "m");
  await app.find("heading", "Needs you");
  await moveTo("KESTREL LOGISTICS INTE");
  await app.findText("$15.00 is missing. Where does it go?");
  await app.press("p");
  await app.find("radio", /^Leave open/);
  await app.press("f");
  await app.find("button", /^Match and book \$15\.00 as bank fee/);
  await app.press("a");
  await decided("KESTREL LOGISTICS INTE");
  const now = await balances();
  assert.equal(now["Expenses:Fees:Bank"], "15.00");
  assert.equal(now["Assets:Receivable"], "2700.00");
});

step("a line that no customer paid is filed under a category, and the payee is remembered", async () => {
  await moveTo("STRIPE");
  await app.press("x");
  await app.find("heading", "Not a customer payment. File it under");
  assert.equal((await app.focused()).name, "Category");
  await app.type("Sales");
  await app.find("option", "Income:Sales");
  await app.press("Down", "Enter");
  await app.press("Tab", "Space");
  await app.press("a");
  await decided("STRIPE");
  assert.equal((await balances())["Income:Sales"], "-10272.16");
  assert.deepEqual((await app.ask("rules")).map((rule) => rule.account), ["Income:Sales"]);
});

step("U takes the last decision back, and A makes it again", async () => {
  const before = await balances();
  await moveTo("NHV TRADING APS");
  await app.press("k");
  await moveTo("NHV TRADING APS");
  await app.find("button", /^Match \$2,352\.00/);
  await app.press("a");
  await decided("NHV TRADING APS");
  assert.equal((await balances())["Assets:Receivable"], "348.00");
  await app.press("u");
  await decided("NHV TRADING APS", false);
  assert.deepEqual(await balances(), before);
  await moveTo("NHV TRADING APS");
  await app.find("button", /^Match \$2,352\.00/);
  await app.press("a");
  await decided("NHV TRADING APS");
});

step("money out is filed under a category", async () => {
  await moveTo("GITHUB INC");
  await app.click("combobox", "Category");
  await app.type("Software");
  await app.find("option", "Expenses:Software");
  await app.press("Down", "Enter");
  await app.press("Tab", "a");
  await decided("GITHUB INC");
  await app.find("heading", "Nothing needs you");
  assert.equal((await balances())["Expenses:Software"], "84.00");
});

/** Records Łódź Design's payment by keyboard alone; gives the payment's number. */
async function record() {
  await app.press("n");
  await app.find("heading", "Record a payment");
  await app.until("the field of the customer", async () => (await app.focused()).name === "Customer");
  await app.type("Łódź");
  // Only the one that fits is offered any more.
  await app.until("the one customer", async () => {
    const offered = await app.all("option");
    return offered.length === 1 && (await app.text(offered[0])) === "Łódź Design Sp. z o.o.";
  });
  await app.press("Down", "Enter", "Tab");
  await app.type("348");
  await app.press("Tab", "Tab");
  await app.type("1042");
  await app.find("button", /^Record \$348\.00/);
  await app.findText(/to 1 invoice$/);
  await app.press("Control+Enter");
  const heading = await app.find("heading", /^P-\d{6}-\d{4}$/);
  return app.text(heading);
}

let number;

step("N records a payment, and its receipt is a PDF that says whose it is", async () => {
  number = await record();
  const { receipt_path: path } = await app.ask("payment", { number });
  assert.ok(existsSync(path), path);
  const words = pdfText(path);
  for (const word of ["Northbeam Analytics, Inc.", "Łódź Design Sp. z o.o.", "348.00", "NB-0096"]) assert.ok(words.includes(word), `${word} in:\n${words}`);
  assert.equal((await balances())["Assets:Undeposited"], "348.00");
});

step("U takes the payment back", async () => {
  await app.press("u");
  await app.until("the payment to be undone", async () => (await app.ask("payment", { number })).row.state === "undone");
  const now = await balances();
  assert.equal(now["Assets:Undeposited"] ?? "0.00", "0.00");
  assert.equal(now["Assets:Receivable"], "348.00");
});

step("a refund is a proposal until it is approved in its own window", async () => {
  number = await record();
  await app.press("r");
  await app.fill("Amount to refund", "48");
  await app.press("Enter");
  await app.inWindow("Approve a refund", async () => {
    await app.find("button", /^Approve \$48\.00/);
    await app.find("row", /^Łódź Design Sp. z o.o./);
    assert.equal(await app.driver.executeScript("return innerWidth"), 480);
  });
  assert.deepEqual(instructions(), []);
});

/** What the payment file was told to pay. */
function instructions() {
  const path = join(app.folder, "outgoing", "payments.jsonl");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** Approves by the key, which the window takes once it has had the focus for a while. */
async function approve() {
  await app.inWindow("Approve a refund", async () => {
    await app.find("button", /^Approve \$48\.00/);
    await app.until("the approval", async () => {
      await app.press("a");
      return (await app.all("button", /^Undo/)).length > 0;
    });
    await app.findText(/^Leaves in \d+ s$/);
  });
}

step("an approval can be taken back while it counts down, and nothing left", async () => {
  await approve();
  await app.inWindow("Approve a refund", async () => {
    await app.press("u");
    await app.findText(/^Taken back\. Refund/);
  });
  assert.deepEqual(instructions(), []);
});

step("with an approval passphrase the window asks for it, and a wrong one lets nothing out", async () => {
  await app.go("#/settings/security");
  await app.fill("New approval passphrase", PASSPHRASE, { role: undefined });
  await app.fill("The same again", PASSPHRASE, { role: undefined });
  await app.click("button", "Set the passphrase");
  await app.findText("Approving money asks for it.", { ms: 20_000 });
  await app.inWindow("Approve a refund", async () => {
    await app.fill("Approval passphrase", "not this one", { role: undefined });
    await app.press("Enter");
    await app.findText("This is not the passphrase: nothing was approved.", { ms: 20_000 });
    assert.deepEqual(await app.axe(), []);
  });
  assert.deepEqual(instructions(), []);
});

step("approved with it, the instruction stands in the payment file, once", async () => {
  await app.inWindow("Approve a refund", async () => {
    await app.fill("Approval passphrase", PASSPHRASE, { role: undefined });
    await app.press("Enter");
    await app.findText(/^Leaves in \d+ s$/, { ms: 20_000 });
  });
  const [sent] = await app.until("the instruction", () => instructions().length > 0 && instructions(), { ms: 30_000 });
  assert.equal(instructions().length, 1);
  const request = JSON.stringify(sent.request);
  assert.ok(request.includes("48.00") && request.includes("Łódź Design"), request);
  await app.until("the batch to say so", async () => (await app.ask("batches")).batches.some((batch) => batch.state === "sent"));
  assert.equal((await balances())["Assets:InTransit:Out"], "-48.00");
});

step("the passphrase is switched off by who knows it", async () => {
  await app.fill("Present approval passphrase", "not this one", { role: undefined });
  await app.click("button", "Switch it off");
  await app.findText("This is not the present passphrase. The approval passphrase stays as it is.", { ms: 20_000 });
  await app.fill("Present approval passphrase", PASSPHRASE, { role: undefined });
  await app.click("button", "Switch it off");
  await app.findText(/^Approving money asks for nothing beyond your click\./, { ms: 20_000 });
  assert.equal((await app.ask("security")).approval_passphrase, false);
});

step("the command line verifies the books while the window is open", async () => {
  const verified = await purser(app.folder, ["verify"]);
  assert.equal(verified.status, 0, verified.stderr + verified.stdout);
  assert.equal(verified.said.ok, true, verified.stdout);
});

step("the export is one that hledger finds nothing wrong with, and its balances are ours", async () => {
  const journal = join(files, "books.journal");
  await app.go("#/ledger/journal");
  await app.find("grid", "Journal");
  await app.press("x");
  await app.find("dialog", "Export the ledger");
  await app.click("button", "Choose where and write");
  await answerFileDialog("Export the ledger", journal);
  await app.until("the file", () => existsSync(journal));
  await app.findText(journal);
  hledger(journal, "check", "--strict");
  const theirs = hledger(journal, "balance", "--flat", "--no-total", "-O", "json");
  const rows = JSON.parse(theirs)[0].map(([account, , , [amount]]) => [account, amount.aquantity.decimalMantissa / 10 ** amount.aquantity.decimalPlaces]);
  const ours = Object.entries(await balances()).map(([account, amount]) => [account, Number(amount)]).filter(([, amount]) => amount !== 0);
  assert.deepEqual(Object.fromEntries(rows), Object.fromEntries(ours));
});

step("nothing went wrong on the way", async () => {
  assert.deepEqual(await app.complaints(), []);
});
