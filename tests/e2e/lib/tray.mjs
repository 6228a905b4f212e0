// The tray of the desktop, as a panel sees it: lib/tray.py hosts it and clicks in it.
import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./tray.py", import.meta.url));
// Debian's own Python: the bindings of the session bus come from the system.
const PYTHON = "/usr/bin/python3";

/** A desktop that shows tray icons, until `close` is called. */
export async function trayHost() {
  const host = spawn(PYTHON, [SCRIPT, "host"], { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise((ready, failed) => {
    host.stdout.once("data", ready);
    host.once("exit", (status) => failed(new Error(`the tray's host ended with ${status}`)));
  });
  return {
    /** The lines of the icon's menu: `{text, rule, enabled, ticked}`. */
    menu: () => JSON.parse(use("menu")),
    click: (text) => use("click", text),
    /** Path of the picture in the tray. */
    icon: () => use("icon").trim(),
    close: () => host.kill("SIGKILL"),
  };
}

function use(...words) {
  return execFileSync(PYTHON, [SCRIPT, ...words], { encoding: "utf8", timeout: 10_000 });
}
