// What a page must not be able to do, even if a stranger's script ran in it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./lib/app.mjs";

let app;
before(async () => {
  app = await start();
});
after(async () => {
  await app?.close();
});

test("the main window cannot release money", async () => {
  const { error } = await app.invoke("release", { method: "approve", input: { batch: "x", digest: "y", passphrase: null } });
  assert.match(JSON.stringify(error), /not allowed/);
});

test("the main window has no command that is not ours", async () => {
  for (const command of ["plugin:dialog|open", "plugin:window|close", "plugin:webview|create_webview_window", "plugin:event|emit", "plugin:path|resolve_directory", "plugin:shell|execute"]) {
    const { error } = await app.invoke(command, {});
    assert.match(JSON.stringify(error), /not allowed|not found/, command);
  }
});

test("the page reaches no network and runs no code from text", async () => {
  const refused = await app.driver.executeAsyncScript(
    `const done = arguments[0];
     const refused = [];
     document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
     const element = (tag, from) => { const made = document.createElement(tag); Object.assign(made, from); document.body.append(made); };
     element("img", { src: "https://example.com/a.png" });
     element("script", { src: "https://example.com/a.js" });
     element("script", { textContent: "window.__ran = true" });
     element("iframe", { src: "https://example.com/" });
     element("link", { rel: "stylesheet", href: "https://example.com/a.css" });
     fetch("https://example.com/").catch(() => {});
     setTimeout(() => done({ refused, ran: Boolean(window.__ran) }), 1000);`,
  );
  assert.deepEqual(new Set(refused.refused), new Set(["img-src", "script-src-elem", "frame-src", "style-src-elem", "connect-src"]));
  assert.equal(refused.ran, false);
});

test("the page stays on its own address", async () => {
  const before = await app.driver.getCurrentUrl();
  await app.driver.executeScript("location.href = 'https://example.com/'; window.open('https://example.com/')");
  await new Promise((done) => setTimeout(done, 700));
  assert.equal(await app.driver.getCurrentUrl(), before);
  assert.equal((await app.driver.getAllWindowHandles()).length, 1);
});
