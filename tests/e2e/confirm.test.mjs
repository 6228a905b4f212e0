// The confirm window: the one place that can release money, and good for nothing else.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { start } from "./lib/app.mjs";

const BATCH = "0198c0de-7f3a-7000-8000-000000000001";

let app;
let main;
before(async () => {
  app = await start();
  main = await app.driver.getWindowHandle();
});
after(async () => {
  await app?.close();
});

async function openConfirm(batch) {
  const { error } = await app.invoke("open_confirm", { batch });
  assert.equal(error, undefined);
  await app.until("a second window", async () => (await app.driver.getAllWindowHandles()).length === 2);
  const handles = await app.driver.getAllWindowHandles();
  return handles.find((handle) => handle !== main);
}

test("it opens on the batch that the main window names, 480 wide", async () => {
  await app.driver.switchTo().window(await openConfirm(BATCH));
  await app.ready();
  assert.match(await app.driver.getCurrentUrl(), new RegExp(`/confirm\\.html.*#/confirm/${BATCH}$`));
  assert.equal(await app.driver.executeScript("return innerWidth"), 480);
});

test("it may ask to release, and the engine answers, not the wall", async () => {
  const { error } = await app.invoke("release", { method: "approve", input: { batch: BATCH, digest: "00", passphrase: null } });
  assert.equal(typeof error.code, "string", JSON.stringify(error));
  assert.notEqual(error.code, "forbidden");
});

test("it gives no command but those about the batch that it shows", async () => {
  const { error } = await app.invoke("command", { method: "backup", input: { path: "x" } });
  assert.equal(error.code, "forbidden");
  for (const command of ["open_confirm", "pick_file", "pick_save", "open_path", "reveal_path"]) {
    assert.match(JSON.stringify((await app.invoke(command)).error), /not allowed/, command);
  }
});

test("another batch takes the same window, and its page starts afresh", async () => {
  await app.driver.executeScript("window.__before = true");
  await app.driver.switchTo().window(main);
  await openConfirm("0198c0de-7f3a-7000-8000-000000000002");
  const handles = await app.driver.getAllWindowHandles();
  assert.equal(handles.length, 2);
  await app.driver.switchTo().window(handles.find((handle) => handle !== main));
  await app.until("the other batch", async () => (await app.driver.getCurrentUrl()).endsWith("0002"));
  assert.equal(await app.driver.executeScript("return Boolean(window.__before)"), false);
});

test("an id that would change the page opens nothing", async () => {
  await app.driver.switchTo().window(main);
  const { error } = await app.invoke("open_confirm", { batch: "../index.html#/today" });
  assert.equal(error.code, "window");
});

test("closing it leaves the main window", async () => {
  const handles = await app.driver.getAllWindowHandles();
  await app.driver.switchTo().window(handles.find((handle) => handle !== main));
  // A moment later: a window that goes before the driver has its answer leaves the driver without one.
  await app.driver.executeScript("setTimeout(() => window.__TAURI_INTERNALS__.invoke('close_window'), 100)");
  await app.driver.switchTo().window(main);
  await app.until("one window", async () => (await app.driver.getAllWindowHandles()).length === 1);
  assert.match(await app.driver.getTitle(), /Purser$/);
});

test("a second start ends at once and leaves the first alone", async () => {
  const second = spawnSync(process.env.PURSER_BINARY, ["--data", app.folder], { timeout: 20_000, stdio: "ignore" });
  assert.equal(second.status, 0, `ended by ${second.signal}`);
  assert.match(await app.driver.getTitle(), /Purser$/);
});
