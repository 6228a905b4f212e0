// What a founder sees of card payments: at a glance, in full, against the bank, by customer. Empty and with a company.
import { after, before, test } from "node:test";
import { start } from "./lib/app.mjs";
import { DRAWN, look } from "./lib/look.mjs";
import { openShop } from "./lib/shop.mjs";

let shop;
let app;
const hash = () => app.driver.executeScript("return location.hash");
before(async () => {
  shop = await openShop();
  app = await start({ data: shop.folder, size: DRAWN });
  await app.find("link", "Recurring a month", { ms: 30_000 });
});
after(async () => {
  await app?.close();
  shop?.close();
});

const SCREENS = [
  ["today-cards", "#/today", () => app.find("link", "Recurring a month")],
  ["reports-revenue", "#/reports/revenue", () => app.find("grid", "Movements")],
  ["reports-subscriptions", "#/reports/revenue?show=subscriptions", () => app.find("grid", "Subscriptions")],
  ["tie-out-cards", "#/ledger/tie-out", () => app.findText(/^Every account agrees to the cent/)],
  ["tie-out-payouts", "#/ledger/tie-out?show=payouts", () => app.find("grid", "Payouts")],
  ["cards", "#/money-in/cards", () => app.find("grid", "Card payments without an invoice")],
  ["customers-cards", "#/customers", () => app.find("region", "What happened")],
  ["jobs-cards", "#/automations/jobs", () => app.find("list", "What goes on around them")],
  ["connections-cards", "#/settings/connections", () => app.find("region", "Stripe")],
];

for (const [name, at, there] of SCREENS) {
  test(`${name} can be read by everybody, in light and in dark, small and large`, async () => {
    await app.resize(...DRAWN);
    await app.go(at);
    await there();
    await look(app, name);
    for (const size of [
      [1280, 800],
      [1920, 1080],
    ]) {
      await look(app, `${name}-${size[0]}`, { schemes: ["light"], size, axe: false });
    }
  });
}

test("what recurs opens from Today into its movements and on to a customer, by keyboard", async () => {
  await app.go("#/today");
  await app.click("link", "Recurring a month");
  await app.find("grid", "Movements");
  await app.press("[");
  await app.until("the month before", async () => (await hash()).includes("month="));
  await app.find("grid", "Movements");
  await app.press("j");
  await app.press("Enter");
  await app.until("a customer", async () => (await hash()).startsWith("#/customers/"));
  await app.find("region", "What happened");
});

test("a card payment without an invoice is filed and taken back", async () => {
  const { rows } = await app.ask("charges_waiting");
  await app.go(`#/money-in/cards/${rows[0].id}`);
  await (await app.findText("Something else")).click();
  await app.click("combobox", "Category");
  await app.click("option", "Income:Sales");
  await app.press("Tab");
  await app.click("button", /^File /);
  await app.until("one less to wait", async () => (await app.ask("charges_waiting")).rows.length === rows.length - 1);
  await app.click("button", /^Undo/);
  await app.until("it waits again", async () => (await app.ask("charges_waiting")).rows.length === rows.length);
});
