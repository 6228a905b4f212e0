// A company of many years: a hundred thousand lines, twenty thousand invoices. Too long for every run: E2E_FULL=1.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { start } from "./lib/app.mjs";
import { ago } from "./lib/days.mjs";
import { DRAWN, look, settled } from "./lib/look.mjs";
import { purserDoes } from "./lib/outside.mjs";

const wanted = process.env.E2E_FULL === "1";
const LINES = 100_000;
const INVOICES = 20_000;
const CUSTOMERS = 500;
const DAYS = 1800;
/** Room for an unoptimised build on a busy machine; how fast an optimised one is, the bench measures. */
const ANSWER_MS = 15_000;

const place = mkdtempSync(join(tmpdir(), "full-"));
const folder = join(place, "books");
let app;

/** Every tenth line pays an invoice by its number, some have only the amount, the others go out. */
function files() {
  const customer = (at) => `Customer ${String(at).padStart(3, "0")} GmbH`;
  const customers = Array.from({ length: CUSTOMERS }, (_, at) => `${customer(at)},c${at}@example.com,cus_${at},team,DE,2020-01-01`);
  const dayOf = (at, of) => ago(1 + Math.floor(((of - 1 - at) * DAYS) / of));
  const amount = (at) => `${100 + ((at * 37) % 4900)}.${String((at * 13) % 100).padStart(2, "0")}`;
  const invoices = Array.from({ length: INVOICES }, (_, at) => `FX-${String(at).padStart(6, "0")},${customer(at % CUSTOMERS)},c${at % CUSTOMERS}@example.com,${amount(at)},USD,${dayOf(at, INVOICES)},${dayOf(at, INVOICES)},`);
  const lines = Array.from({ length: LINES }, (_, at) => {
    const invoice = Math.floor(at / 5);
    if (at % 5 === 0) return `L${at},${dayOf(at, LINES)},${amount(invoice)},USD,CUSTOMER ${String(invoice % CUSTOMERS).padStart(3, "0")} GMBH,FX-${String(invoice).padStart(6, "0")}`;
    return `L${at},${dayOf(at, LINES)},-${10 + (at % 90)}.50,USD,SUPPLIER ${at % 40},SUBSCRIPTION ${at}`;
  });
  const write = (name, header, rows) => {
    const path = join(place, name);
    writeFileSync(path, `${header}\n${rows.join("\n")}\n`);
    return path;
  };
  return {
    customers: write("customers.csv", "name,email,external_id,plan,country,signed_up", customers),
    invoices: write("invoices.csv", "number,customer,email,amount,currency,issued,due,reference", invoices),
    statement: write("statement.csv", "id,date,amount,currency,payer,description", lines),
  };
}

before(async () => {
  if (!wanted) return;
  const { customers, invoices, statement } = files();
  const long = { ms: 900_000 };
  await purserDoes(folder, ["init", "--company", "Long Lived Ltd", "--books-start", ago(DAYS + 10), "--zone", "America/New_York"]);
  await purserDoes(folder, ["account", "add", "Mercury", "--kind", "bank", "--opening", "100000.00"]);
  await purserDoes(folder, ["import", "customers", customers], long);
  await purserDoes(folder, ["import", "invoices", invoices], long);
  const begun = performance.now();
  await purserDoes(folder, ["import", "statement", statement], long);
  console.log(`imported ${LINES} lines in ${((performance.now() - begun) / 1000).toFixed(1)} s, an unoptimised build`);
  app = await start({ data: folder, size: DRAWN });
  await app.find("navigation", undefined, { ms: 120_000 });
});
after(async () => {
  await app?.close();
  rmSync(place, { recursive: true, force: true });
});

/** How long it takes until the screen shows what was asked for. */
async function timed(what, act) {
  const begun = performance.now();
  await act();
  const took = performance.now() - begun;
  console.log(`${what}: ${took.toFixed(0)} ms`);
  return took;
}

const SCREENS = [
  ["today", "#/today", () => app.find("complementary")],
  ["match", "#/money-in/match", () => app.find("heading", "Needs you")],
  ["invoices", "#/money-in/invoices", () => app.find("grid", "Invoices")],
  ["customers", "#/customers", () => app.find("grid", "Customers")],
  ["ledger-journal", "#/ledger/journal", () => app.find("grid", "Journal")],
  ["ledger-tie-out", "#/ledger/tie-out", () => app.findText(/^Every account agrees to the cent/)],
  ["ledger-audit", "#/ledger/audit", () => app.find("grid", /Audit/)],
];

for (const [name, hash, there] of SCREENS) {
  test(`${name} of a long life opens`, { skip: !wanted }, async () => {
    const took = await timed(name, async () => {
      await app.go(hash);
      await there();
      await settled(app);
    });
    await look(app, `full-${name}`, { schemes: ["light"] });
    assert.ok(took < ANSWER_MS, `${took.toFixed(0)} ms`);
  });
}

/** How many rows a list knows of. */
const rowsOf = async (grid) => Number(await grid.getAttribute("aria-rowcount"));

test("the last of twenty thousand invoices is one key away", { skip: !wanted }, async () => {
  await app.go("#/money-in/invoices");
  const rows = await rowsOf(await app.find("grid", "Invoices"));
  assert.ok(rows > INVOICES, `${rows} rows`);
  const took = await timed("End", async () => {
    await app.press("End");
    await app.until("the last row", () => app.driver.executeScript("return Boolean(document.querySelector(`tr[aria-rowindex='${arguments[0]}']`))", rows));
    await settled(app);
  });
  assert.ok(took < ANSWER_MS, `${took.toFixed(0)} ms`);
  const drawn = await app.driver.executeScript("return document.querySelectorAll('tr[data-key]').length");
  assert.ok(drawn < 120, `${drawn} rows are drawn`);
  await look(app, "full-invoices-end", { schemes: ["light"] });
});

test("the journal, which comes a few thousand rows at a time, goes on at its end", { skip: !wanted }, async () => {
  await app.go("#/ledger/journal");
  const rows = await rowsOf(await app.find("grid", "Journal"));
  const took = await timed("further", async () => {
    await app.press("End");
    await app.until("more rows", async () => (await rowsOf(await app.find("grid", "Journal"))) > rows);
    await settled(app);
  });
  assert.ok(took < ANSWER_MS, `${took.toFixed(0)} ms`);
  const drawn = await app.driver.executeScript("return document.querySelectorAll('tr[data-key]').length");
  assert.ok(drawn < 120, `${drawn} rows are drawn`);
});

test("a filter finds one of twenty thousand invoices", { skip: !wanted }, async () => {
  await app.go("#/money-in/invoices");
  await app.find("grid", "Invoices");
  await app.press("/");
  const took = await timed("filter", async () => {
    await app.type("FX-012345");
    await app.findText(/^1 of /);
  });
  assert.ok(took < ANSWER_MS, `${took.toFixed(0)} ms`);
  await look(app, "full-invoices-filtered", { schemes: ["light"] });
});

test("a filter finds a line in the journal", { skip: !wanted }, async () => {
  await app.go("#/ledger/journal");
  await app.find("grid", "Journal");
  await app.press("/");
  const took = await timed("journal filter", async () => {
    await app.type("SUBSCRIPTION 54321");
    await app.until("one row", async () => Number(await (await app.find("grid", "Journal")).getAttribute("aria-rowcount")) <= 3);
  });
  assert.ok(took < ANSWER_MS, `${took.toFixed(0)} ms`);
});

test("nothing went wrong on the way", { skip: !wanted }, async () => {
  assert.deepEqual(await app.complaints(), []);
});
