// Asking for files: the system's dialog, and what a page may do with the answer.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { start } from "./lib/app.mjs";
import { answerFileDialog, dismissFileDialog } from "./lib/dialog.mjs";

const folder = join(tmpdir(), "statements");
const statement = join(folder, "mercury-oct.csv");

let app;
before(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(statement, "id,date,amount,currency,payer,description\n");
  app = await start();
});
after(async () => {
  await app?.close();
});

/** Begins to ask; the answer comes when the dialog is answered. */
async function ask(command, input) {
  await app.driver.executeScript(
    `window.__answer = null;
     window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1])
       .then((ok) => (window.__answer = { ok }), (error) => (window.__answer = { error }));`,
    command,
    input,
  );
}

function answer() {
  return app.until("the dialog's answer", () => app.driver.executeScript("return window.__answer"));
}

test("a page cannot show a file that nobody picked", async () => {
  assert.equal((await app.invoke("reveal_path", { path: statement })).error.code, "path_elsewhere");
  assert.equal((await app.invoke("open_path", { path: statement })).error.code, "path_elsewhere");
});

const preview = async () => (await app.invoke("query", { method: "import_preview", input: { path: statement } })).error.code;

test("a page cannot have a file read that nobody picked", async () => {
  assert.equal(await preview(), "path_elsewhere");
});

test("the founder picks a file to read", async () => {
  await ask("pick_file", { title: "Import a statement", kinds: [{ name: "Statements", extensions: ["csv"] }] });
  await answerFileDialog("Import a statement", statement);
  assert.deepEqual(await answer(), { ok: statement });
  assert.notEqual(await preview(), "path_elsewhere", "from now on it may be read");
});

test("the founder closes the dialog", async () => {
  await ask("pick_file", { title: "Import a statement", kinds: [] });
  await dismissFileDialog("Import a statement");
  assert.deepEqual(await answer(), { ok: null });
});

test("the founder says where to write", async () => {
  const target = join(folder, "books.journal");
  await ask("pick_save", { title: "Export the ledger", name: "ledger.journal" });
  await answerFileDialog("Export the ledger", target);
  assert.deepEqual(await answer(), { ok: target });
});

test("the founder picks a folder", async () => {
  await ask("pick_folder", { title: "Copy backups to" });
  await answerFileDialog("Copy backups to", folder);
  assert.deepEqual(await answer(), { ok: folder });
});
