// The window itself: it opens, it is Purser's, it complains of nothing, and everybody can read it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./lib/app.mjs";

let app;
before(async () => {
  app = await start({ size: [1440, 900] });
});
after(async () => {
  await app?.close();
});

test("the window opens with its own page and title", async () => {
  assert.match(await app.driver.getTitle(), /^(\(\d+\) )?Purser$/);
  assert.match(await app.driver.getCurrentUrl(), /^tauri:\/\/localhost($|\/)/);
  await app.find("heading", /^Keeps the money/);
});

test("nothing went wrong while it loaded", async () => {
  assert.deepEqual(await app.complaints(), []);
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing in ${scheme}`, async () => {
    await app.scheme(scheme);
    await app.shot("first-run", { scheme });
    assert.deepEqual(await app.axe(), []);
  });
}
