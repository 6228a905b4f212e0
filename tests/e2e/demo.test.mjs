// The made-up company, started as `make run` starts it: what it shows, what goes on in it by itself, what a founder does
// about it, and what becomes of all that while the network is away.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { start } from "./lib/app.mjs";
import { look } from "./lib/look.mjs";
import { purserDoes } from "./lib/outside.mjs";
import { freePort } from "./lib/session.mjs";
import { openWire } from "./lib/wire.mjs";

/** What the simulated Stripe takes; they protect nothing. */
const READ_KEY = "rk_test_sandboxreadonly0001";
const WRITE_KEY = "rk_test_sandboxwrite0000001";
const SIGNING_SECRET = "whsec_of_this_test";

let app;
let wire;
let port;
before(async () => {
  app = await start({ demo: true, size: [1440, 900] });
});
after(async () => {
  await app?.close();
  await wire?.cut();
});

test("it opens on Today, with decisions to make", async () => {
  await app.find("navigation");
  await app.find("heading", /^\d+ decisions?\b/);
  assert.match(await app.driver.getTitle(), /^\(\d+\) Purser$/);
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing in ${scheme}`, async () => {
    await app.shot("demo-today", { scheme });
    assert.deepEqual(await app.axe(), []);
  });
}

/** The address of the simulated Stripe, and what it answers. */
let stripe;
const asked = async (path) => (await fetch(`${stripe}${path}`, { headers: { Authorization: `Bearer ${READ_KEY}` } })).json();
const happened = async () => (await asked("/_truth/counts")).events;
/** The runs of a job that are over, newest first. */
const runs = async (name) => (await app.ask("job", { name })).runs.filter((run) => run.ended_at !== null);

test("Stripe is read for the first time by itself, and Today shows what came", async () => {
  await app.find("link", "Recurring a month", { ms: 60_000 });
  const first = await app.until("the first reading to end", async () => (await runs("stripe")).at(-1), { ms: 60_000 });
  assert.deepEqual([first.state, first.cause], ["succeeded", "After it was connected"]);
  assert.match(first.result, /^[\d,]{2,} new facts\.$/);
  stripe = (await app.ask("connections")).connections.find((row) => row.provider === "stripe").base_url;
});

/** Moves with J until this job is the one that is opened. */
async function moveToJob(title) {
  await app.find("grid", "Jobs");
  await app.press("Home");
  await app.until(title, async () => {
    if ((await app.all("heading", title)).length > 0) return true;
    await app.press("j");
    return false;
  });
}

test("a job is paused, set going again and run by keyboard, and its log says what it did", async () => {
  await app.press("g", "a");
  await moveToJob("Prove the books");
  const { row: before } = await app.ask("job", { name: "verify" });
  await app.press("p");
  await app.find("row", /^Prove the books Paused by you, \d+ \w+/);
  await app.find("button", /^Resume/);
  assert.deepEqual([(await app.ask("job", { name: "verify" })).row.state, before.state], ["paused", "active"]);
  await app.press("p");
  await app.find("button", /^Pause(?! all)/);
  assert.equal((await app.ask("job", { name: "verify" })).row.state, "active");
  await app.press("t");
  const [run] = await app.until("the run", async () => {
    const ended = await runs("verify");
    return ended.length > before.bars.length && ended;
  }, { ms: 30_000 });
  assert.deepEqual([run.state, run.cause], ["succeeded", "Started by you"]);
  const log = await app.find("region", "What it said");
  await app.find("heading", `Run ${run.number}`, { within: log });
  const lines = await app.all("listitem", undefined, { within: await app.find("list", undefined, { within: log }) });
  assert.ok(lines.length > 0, await app.text(log));
});

test("Stripe is read as often as you say, and what happens there goes on into the books by itself", async () => {
  await moveToJob("Read Stripe");
  await app.press("e");
  await app.find("form", "When it runs");
  await app.press("Control+a");
  await app.type("every 10 s");
  await app.findText("Every 10 seconds", { within: await app.find("form", "When it runs") });
  await app.press("Enter");
  await app.find("row", /^Read Stripe Every 10 seconds/);
  await app.go("#/ledger/journal");
  const journal = async () => Number(await (await app.find("grid", "Journal")).getAttribute("aria-rowcount"));
  const before = await journal();
  await app.until("an entry that nobody asked for", async () => (await journal()) > before, { ms: 60_000 });
});

test("another address and a listener are set in Connections, and what is heard is counted", async () => {
  [wire, port] = [await openWire(stripe), await freePort()];
  await app.go("#/settings/connections");
  const within = await app.find("region", "Stripe");
  await app.click("button", "Change", { within });
  await app.fill("Base URL", wire.url, { within });
  await app.fill("Listen on port", String(port), { within });
  for (const [field, secret] of [[/^Read key/, READ_KEY], [/^Write key/, WRITE_KEY], [/^Signing secret/, SIGNING_SECRET]]) await app.fill(field, secret, { role: undefined, within });
  await app.click("button", "Save and check", { within });
  await app.findText(`Listens on 127.0.0.1 for stripe listen --forward-to localhost:${port}.`);
  assert.equal(await knock("evt_of_nobody", "whsec_of_somebody_else"), 400);
  assert.equal(await knock("evt_of_this_test", SIGNING_SECRET), 200);
  await app.findText("1 believed, 0 repeated, 1 refused");
  await app.findText("The signature is not that of this webhook's secret; copy the secret once more");
  await look(app, "connections-listener");
});

/** Posts an event as `stripe listen` does; gives the status. */
async function knock(id, secret) {
  const body = JSON.stringify({ id, object: "event", type: "charge.succeeded" });
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
  const headers = { "Content-Type": "application/json", "Stripe-Signature": `t=${at},v1=${signature}` };
  return (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body })).status;
}

/** A paid invoice with one card payment that can be given back, and its row. */
async function paidByCard() {
  const { keys } = await app.ask("invoices_index", { state: "paid", text: "" });
  for (const { number } of await app.ask("invoices_rows", { keys: keys.slice(0, 100) })) {
    const invoice = await app.ask("invoice", { number });
    if (invoice.cards.length === 1 && Number(invoice.cards[0].refundable.amount) > 20) return invoice;
  }
  throw new Error("no invoice was paid by one card");
}

const refundsOf = async (charge) => (await asked(`/v1/refunds?charge=${charge}`)).data.map((refund) => refund.amount);
const stripeRow = async () => (await app.ask("connections")).connections.find((row) => row.provider === "stripe");

let charge;
let customer;
let batch;

test("without the network the screen says so, nothing asks for you, and a refund that you approve waits", async () => {
  const invoice = await paidByCard();
  charge = invoice.cards[0].id;
  const { customers } = await app.ask("customers", { text: invoice.row.customer });
  customer = customers.find((each) => each.name === invoice.row.customer).id;
  await app.go("#/settings/connections");
  await app.find("region", "Stripe");
  await wire.cut();
  await app.findText("Does not work", { ms: 30_000 });
  await app.findText(/^Stripe cannot be reached: /);
  await look(app, "connections-offline", { schemes: ["light"] });

  await app.go(`#/money-in/invoices/${invoice.row.number}`);
  await app.find("heading", invoice.row.number);
  await app.press("r");
  await app.fill("Amount to refund", "12.34");
  await app.press("Enter");
  await app.inWindow("Approve a refund", async () => {
    await app.find("button", "Approve $12.34");
    await app.findText("Stripe balance, USD after this");
    await app.findText("Assets:Stripe:USD");
    await app.find("row", new RegExp(`^${invoice.row.customer.replace(/\W/g, ".")}`));
    await look(app, "confirm-card-refund");
    await app.until("the approval", async () => {
      await app.press("a");
      return (await app.all("button", /^Undo/)).length > 0;
    });
  });
  [{ id: batch }] = (await app.ask("batches")).batches;

  await app.go("#/automations/jobs/stripe");
  await app.find("heading", "Read Stripe");
  await app.find("button", /^Run again now/);
  await look(app, "jobs-offline", { schemes: ["light"] });
  assert.deepEqual((await app.ask("alerts")).alerts.filter((alert) => alert.kind === "connection_failing" && alert.resolved_at === null), []);
  assert.equal((await app.ask("job", { name: "stripe" })).row.health, "error");

  await app.go("#/automations/outbox");
  await app.find("row", /^Refund \$12\.34 .* Tried again in \d+ s/, { ms: 30_000 });
  await look(app, "outbox-offline", { schemes: ["light"] });
});

test("with the network back everything goes on by itself: nothing was lost, and the refund left once", async () => {
  const before = await happened();
  await app.until("something to happen while nobody hears of it", async () => (await happened()) > before, { ms: 30_000 });
  assert.deepEqual(await refundsOf(charge), []);
  await app.go("#/settings/connections");
  await app.findText("Does not work");
  await wire.mend();
  await app.gone("Does not work", { ms: 30_000 });
  await app.go(`#/payouts/batches/${batch}`);
  await app.findText("Settled", { ms: 60_000 });
  assert.deepEqual(await refundsOf(charge), [1234]);
  // What is read again changes nothing; both sides agree to the cent.
  await app.go("#/automations/jobs/stripe-balance");
  await app.press("t");
  await app.findText(/The balance agrees\.$/, { ms: 30_000 });
  assert.deepEqual(await refundsOf(charge), [1234]);
  const given = (await app.ask("customer", { id: customer, events: 60 })).events.filter((event) => event.kind === "refund");
  assert.deepEqual(given.map((event) => [event.text, event.amount.amount]), [["Refund through Stripe", "-12.34"]]);
  const entry = await app.ask("entry", { id: given[0].route.split("/").at(-1) });
  const taken = entry.postings.filter((posting) => posting.account === "Assets:Stripe:USD");
  assert.deepEqual(taken.map((posting) => posting.amount.amount), ["-12.34"]);
  assert.equal((await purserDoes(app.folder, ["verify"])).ok, true);
});

test("nothing went wrong on the way", async () => {
  assert.deepEqual(await app.complaints(), []);
});
