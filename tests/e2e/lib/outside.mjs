// Other programs that look at the same books from outside: Purser's own command line, hledger, pdftotext.
import { execFile, execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const CLI = join(dirname(process.env.PURSER_BINARY), "purser");

/** Runs `purser --data FOLDER --json …`; gives the status and what it printed, read as JSON where it is JSON. */
export async function purser(folder, words, { env = {}, ms = 60_000, input = "" } = {}) {
  const options = { encoding: "utf8", timeout: ms, maxBuffer: 64 << 20, env: { ...process.env, ...env } };
  const running = run(CLI, ["--data", folder, "--json", ...words], options);
  // It may have answered and ended before its input arrives; what it answered counts.
  running.child.stdin.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
  });
  running.child.stdin.end(input);
  const { status, stdout, stderr } = await running.then(
    (done) => ({ status: 0, ...done }),
    (error) => {
      if (typeof error.code !== "number") throw error;
      return { status: error.code, stdout: error.stdout, stderr: error.stderr };
    },
  );
  return { status, stdout, stderr, said: parsed(stdout) };
}

/** The same, where anything but success is a failure of the test. */
export async function purserDoes(folder, words, options) {
  const result = await purser(folder, words, options);
  if (result.status !== 0) throw new Error(`purser ${words.join(" ")} ended with ${result.status}: ${result.stderr}${result.stdout}`);
  return result.said;
}

/** Starts `purser …` and leaves it running; end it with its `kill`. */
export function purserRuns(folder, words) {
  return spawn(CLI, ["--data", folder, ...words], { stdio: "ignore" });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    // A document per line, or words for people.
    const lines = text.split("\n").filter(Boolean);
    try {
      return lines.map((line) => JSON.parse(line));
    } catch {
      return text;
    }
  }
}

/** The words of a PDF, as another program reads them. */
export function pdfText(path) {
  return execFileSync("pdftotext", ["-layout", path, "-"], { encoding: "utf8" });
}

/** hledger's answer about a journal; throws what it complains of. */
export function hledger(journal, ...words) {
  return execFileSync("hledger", ["-f", journal, ...words], { encoding: "utf8", env: { ...process.env, LANG: "C.UTF-8" } });
}

/** Ids of the processes that run this program on this folder. */
export function processesOn(folder) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return words[0] === process.env.PURSER_BINARY && words.includes(folder);
      } catch (error) {
        // It ended while we looked.
        if (error.code === "ENOENT" || error.code === "ESRCH") return false;
        throw error;
      }
    })
    .map(Number);
}
