// Every screen of the made-up company, in both schemes: whole, readable for everybody, nothing sideways.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { start } from "./lib/app.mjs";
import { ago } from "./lib/days.mjs";
import { DRAWN, look } from "./lib/look.mjs";

/** Pages that a founder may have instead of the drawn one. */
const OTHER_SIZES = [
  [1024, 680],
  [1280, 800],
  [1920, 1080],
];

let app;
let batch;
let line;
let payment;
let statement;
before(async () => {
  app = await start({ demo: true, size: DRAWN });
  await app.find("heading", /^\d+ decisions?\b/, { ms: 30_000 });
  const { batches } = await app.ask("batches");
  batch = batches.find((each) => each.state === "proposed").id;
  const index = await app.ask("match_index", { text: "" });
  line = (await app.ask("match_rows", { keys: index.needs_you })).find((each) => each.payer.startsWith("KESTREL")).id;
  const payments = await app.ask("payments_index", { state: "all", text: "" });
  [payment] = await app.ask("payments_rows", { keys: payments.keys.slice(0, 1) });
  // In the data folder: a page reads nothing else that nobody picked.
  statement = join(app.folder, "sparkasse.csv");
  // As German banks write: a semicolon, a decimal comma, words before the header.
  const rows = [
    "Umsätze Girokonto;;;;",
    "Buchungstag;Auftraggeber;Verwendungszweck;Betrag;Währung",
    `${german(ago(3))};Müller & Söhne KG;RG NB-202611-0140;1.470,00;EUR`,
    `${german(ago(2))};Stadtwerke;Abschlag Strom;-84,20;EUR`,
    `${german(ago(1))};Łódź Design;FAKTURA 12/7;348,00;EUR`,
  ];
  writeFileSync(statement, `${rows.join("\n")}\n`);
});
after(async () => {
  await app?.close();
});

function german(day) {
  return day.split("-").toReversed().join(".");
}

/** Name of the picture, where it is, what shows that it is there. */
const SCREENS = [
  ["today", () => "#/today", () => app.find("heading", /^\d+ decisions?\b/)],
  ["match", () => `#/money-in/match/${line}`, () => app.find("button", /^Match and book/)],
  ["payments", () => `#/money-in/payments/${payment.number}`, () => app.find("heading", payment.number)],
  ["record", () => "#/money-in/payments/new", fillRecord],
  ["invoices", () => "#/money-in/invoices", () => app.find("button", /PDF/)],
  ["invoice-form", () => "#/money-in/invoices/new", () => app.find("heading", "New invoice")],
  ["payouts", () => "#/payouts/batches", () => app.find("heading", /^\d+ batch/)],
  ["payout-batch", () => `#/payouts/batches/${batch}`, () => app.find("button", /^Approve \$/)],
  ["outbox", () => "#/automations/outbox", () => app.find("heading", /to leave$/)],
  ["analytics", () => "#/automations/analytics", () => app.find("heading", /^Last 30 days/)],
  ["customers", () => "#/customers", () => app.find("grid", "Customers")],
  ["ledger-journal", () => "#/ledger/journal", () => app.find("grid", "Journal")],
  ["ledger-accounts", () => "#/ledger/accounts", () => app.find("heading", /^\d+ accounts$/)],
  ["ledger-tie-out", () => "#/ledger/tie-out", () => app.findText(/^Every account agrees to the cent/)],
  ["ledger-audit", () => "#/ledger/audit", () => app.find("grid", /Audit/)],
  ["settings-connections", () => "#/settings/accounts", () => app.find("table", "Bank and cash accounts")],
  ["import-choose", () => "#/settings/accounts/import?kind=statement", () => app.find("button", /^Choose a file/)],
  ["settings-company", () => "#/settings/company", () => app.find("textbox", "Legal name")],
  ["settings-policies", () => "#/settings/policies", () => app.find("table", "Remembered payees")],
  ["settings-security", () => "#/settings/security", () => app.findText("Approval passphrase")],
  ["settings-backups", () => "#/settings/backups", () => app.find("button", /^Back up now/)],
  ["settings-appearance", () => "#/settings/appearance", () => app.find("heading", "Appearance and keys")],
  ["import-mapping", () => `#/settings/accounts/import?kind=statement&path=${encodeURIComponent(statement)}`, previewImport],
];

for (const [name, hash, there] of SCREENS) {
  test(`${name} can be read by everybody, in light and in dark`, async () => {
    await app.go(hash());
    await there();
    await look(app, name);
  });
}

async function fillRecord() {
  const customer = await app.find("combobox", "Customer");
  if (!(await customer.getAttribute("value"))) {
    await customer.click();
    await customer.sendKeys("Polaris");
    await app.click("option", "Polaris Data GmbH");
    await app.fill("Amount", "1,500.00");
    await app.fill(/^(Check number|Reference)$/, "1044");
    await app.press("Tab");
  }
  await app.find("region", "What it pays");
  await app.findText(/becomes credit for Polaris/);
}

async function previewImport() {
  const account = await app.find("combobox", "Into account");
  await account.sendKeys("Mercury");
  await app.find("group", "Which column is what");
  await app.findText("Müller & Söhne KG");
}

test("the five-minute morning goes through the same decisions", async () => {
  await app.go("#/today");
  await app.find("heading", /^\d+ decisions?\b/);
  await app.press("s");
  await app.findText(/^1 of \d+/);
  await look(app, "morning");
  await app.press("Esc");
  await app.find("heading", /^\d+ decisions?\b/);
});

test("an entry opens and says why", async () => {
  await app.go("#/ledger/journal");
  await app.find("grid", "Journal");
  await app.press("w");
  await app.findText(/^Seal/);
  await look(app, "ledger-entry");
});

test("a line of the bank can be filed under a category", async () => {
  await app.go(`#/money-in/match/${line}`);
  await app.find("button", /^Match and book/);
  await app.press("x");
  await app.find("heading", "Not a customer payment. File it under");
  await app.find("option", "Expenses:Software");
  await app.shot("match-file-choices");
  // On to the box beside it, so that the choices close.
  await app.press("Tab");
  await look(app, "match-file");
});

test("the export asks for a format", async () => {
  await app.go("#/ledger/journal");
  await app.find("grid", "Journal");
  await app.press("x");
  await app.find("dialog", "Export the ledger");
  await look(app, "export");
  await app.press("Esc");
  await app.until("the dialog to go", async () => (await app.all("dialog")).length === 0);
});

test("the palette finds what needs you, records and actions", async () => {
  await app.go("#/today");
  await app.find("heading", /^\d+ decisions?\b/);
  await app.press("Control+k");
  await app.find("dialog", "Search or do");
  await app.type("kestrel");
  await app.until("records of Kestrel", async () => (await app.all("option", /Kestrel/)).length > 1);
  await look(app, "palette");
  await app.press("Esc");
});

test("the key sheet lists the keys of the screen", async () => {
  await app.go("#/money-in/match");
  await app.find("heading", "Needs you");
  await app.press("Shift+?");
  await app.find("dialog", "Keys that work here");
  await look(app, "keys");
  await app.press("Esc");
});

for (const size of OTHER_SIZES) {
  test(`the main screens fit into ${size.join(" by ")}`, async () => {
    await app.resize(...size);
    for (const [name, hash, there] of SCREENS.filter(([each]) => ["today", "match", "payments", "invoices", "ledger-journal", "record"].includes(each))) {
      await app.go(hash());
      await (name === "payments" && size[0] < 1200 ? app.find("grid", "Payments") : name === "invoices" && size[0] < 1200 ? app.find("grid", "Invoices") : there());
      await look(app, `${name}-${size[0]}`, { schemes: ["light"], axe: false });
    }
    await app.resize(...DRAWN);
  });
}

test("a refund is approved in its own window, and can be taken back", async () => {
  await app.go(`#/payouts/batches/${batch}`);
  await app.find("button", /^Approve \$/);
  await app.press("a");
  await app.inWindow("Approve a refund", async () => {
    await app.find("button", /^Approve \$/);
    await look(app, "confirm");
    await app.click("button", /^Approve \$/);
    await app.findText(/^Leaves in \d+ s$/);
    await app.shot("confirm-undo", { suffix: "dark" });
    await app.scheme("light");
    await app.shot("confirm-undo", { suffix: "light" });
  });
  await app.findText(/^Leaves in \d+ s$/);
  await app.shot("payout-undo", { suffix: "dark" });
  await app.scheme("light");
  await app.shot("payout-undo", { suffix: "light" });
  await app.inWindow("Approve a refund", async () => {
    await app.click("button", /^Undo/);
    await app.findText(/^Taken back\. Refund/);
    assert.deepEqual(await app.axe(), []);
  });
});
