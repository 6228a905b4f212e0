// The made-up company, started as `make run` starts it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./lib/app.mjs";

let app;
before(async () => {
  app = await start({ demo: true, size: [1440, 900] });
});
after(async () => {
  await app?.close();
});

test("it opens on Today, with decisions to make", async () => {
  await app.find("navigation");
  await app.find("heading", /^\d+ decisions?\b/);
  assert.match(await app.driver.getTitle(), /^\(\d+\) Purser$/);
});

test("nothing went wrong on the way", async () => {
  assert.deepEqual(await app.complaints(), []);
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing in ${scheme}`, async () => {
    await app.shot("demo-today", { scheme });
    assert.deepEqual(await app.axe(), []);
  });
}
