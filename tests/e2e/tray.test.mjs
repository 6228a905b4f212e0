// The tray icon: its menu, the closed window that works on, and pausing.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { start } from "./lib/app.mjs";
import { trayHost } from "./lib/tray.mjs";

const SHOTS = fileURLToPath(new URL("./shots/", import.meta.url));

let tray;
let app;
before(async () => {
  tray = await trayHost();
  app = await start({ demo: true, size: [1280, 800] });
  await app.find("heading", /^\d+ decisions?\b/);
});
after(async () => {
  await app?.close();
  tray?.close();
});

const texts = () => tray.menu().filter((line) => !line.rule).map((line) => line.text);
const line = (text) => tray.menu().find((each) => each.text.startsWith(text));

/** Clicks the first decision of the menu that `wanted` knows. The demo company goes on while we look: what is more urgent
    than those comes and takes their place among the three that are named, and is put off until tomorrow. */
async function choose(what, wanted) {
  await app.until(`the menu to name ${what}`, async () => {
    const named = (await app.ask("tray")).top;
    if (named.some(({ text }) => wanted.test(text))) {
      tray.click(texts().find((text) => wanted.test(text)).slice(0, 20));
      return true;
    }
    const put = await app.invoke("command", { method: "snooze", input: { id: named[0].id, until: "" } });
    if (put.error) throw new Error(JSON.stringify(put.error));
    return false;
  });
}

/** Closes the confirm window, which may be gone before the driver has its answer. */
async function notNow() {
  await app.click("button", /^Not now/).catch((error) => {
    if (error.name !== "NoSuchWindowError") throw error;
  });
}

function keep(name) {
  mkdirSync(SHOTS, { recursive: true });
  copyFileSync(tray.icon(), `${SHOTS}${name}.png`);
}

test("the menu counts the decisions as the window does and names the three most urgent", async () => {
  const counted = async () => /^\((\d+)\)/.exec(await app.driver.getTitle());
  // The demo company is still being made: both count on until it is whole.
  const agreed = async () => {
    const count = (await counted())?.[1];
    return count !== undefined && texts().some((text) => text.startsWith(`${count} decision`)) && count;
  };
  const count = Number(await app.until("the menu to count what the window counts", agreed));
  const shown = texts();
  assert.equal(line(`${count} decision`).enabled, false, "a fact is no button");
  assert.ok(shown.includes(`${count - 3} more in Today…`), shown.join("\n"));
  assert.deepEqual(shown.slice(-3), ["Pause all money and mail", "Open Purser", "Quit and stop all work"]);
  assert.ok(existsSync(tray.icon()));
  keep("tray-icon-count");
});

test("a decision opens where it is decided", async () => {
  await choose("a transfer", /^(Transfer with no name|Nothing fits)/);
  await app.until("the desk of that transfer", async () =>
    (await app.driver.executeScript("return location.hash")).startsWith("#/money-in/match"),
  );
});

test("an approval opens the confirm window, not more", async () => {
  await choose("a payout to approve", /^Refund /);
  await app.inWindow("Approve a payout", async () => {
    await app.find("button", /^Approve/);
    await notNow();
  });
});

test("pausing acts at once and is ticked; releasing asks in the confirm window", async () => {
  tray.click("Pause all money and mail");
  // The toolkit ticks at once by itself; what counts is what is stored.
  await app.until("the pause", () => /^Paused since \d\d:\d\d\. Nothing leaves$/.test(texts()[0]));
  assert.equal(line("Pause all").ticked, true);
  keep("tray-icon-paused");
  tray.click("Pause all money and mail");
  await app.inWindow("Release what is paused", async () => {
    await app.find("button", /^Release/);
    await notNow();
  });
  // The toolkit took the tick away by itself; nothing was released.
  await app.until("the tick to be true again", () => line("Pause all").ticked);
});

test("the closed window is hidden, works on, and comes back", async () => {
  const visible = () => app.driver.executeScript("return document.visibilityState");
  // As the window manager asks a window to close; the driver's own way would destroy it.
  await app.closeByManager();
  await app.until("the window to be hidden", async () => (await visible()) === "hidden");
  assert.equal((await app.invoke("query", { method: "status", input: {} })).error, undefined);
  tray.click("Open Purser");
  await app.until("the window to be back", async () => (await visible()) === "visible");
});
