// A company whose cards a simulated provider takes: its books, synchronised through the command line.
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { ago } from "./days.mjs";
import { purserDoes } from "./outside.mjs";

const SANDBOX = join(dirname(process.env.PURSER_BINARY), "purser-sandbox");

/** Starts the provider and makes the books; `close` ends the provider. */
export async function openShop({ days = 80 } = {}) {
  const provider = spawn(SANDBOX, [String(days)], { stdio: ["pipe", "pipe", "inherit"] });
  const first = await createInterface({ input: provider.stdout })[Symbol.asyncIterator]().next();
  const { url, read_key: key } = JSON.parse(first.value);
  const folder = mkdtempSync(join(tmpdir(), "shop-"));
  const does = (words, options) => purserDoes(folder, words, { ms: 120_000, ...options });
  await does(["init", "--company", "Northbeam Analytics", "--currency", "USD", "--books-start", ago(days), "--zone", "UTC"]);
  await does(["account", "add", "Mercury", "--kind", "bank", "--opening", "5000.00"]);
  await does(["connect", "stripe", "--base-url", url], { input: key });
  await does(["sync", "stripe"]);
  const statement = join(folder, "mercury.csv");
  writeFileSync(statement, await (await fetch(`${url}/bank/statement.csv?account=usd&from=${ago(days)}`)).text());
  await does(["import", "statement", statement, "--account", "Mercury"]);
  await does(["match", "--apply"]);
  return { folder, url, close: () => provider.stdin.end() };
}
