// The system's own file dialogs, which no driver of pages reaches: answered with the keyboard, as a person would.
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const WAIT_MS = 10_000;

/** Types a path into the open file dialog with this title and accepts it. */
export async function answerFileDialog(title, path) {
  const window = await openDialog(title);
  xdotool("windowactivate", "--sync", window);
  // Opens the field for a path where it is not open already; keys typed before it is there would be lost.
  xdotool("key", "--clearmodifiers", "ctrl+l");
  await sleep(400);
  xdotool("key", "--clearmodifiers", "ctrl+a");
  xdotool("type", "--clearmodifiers", "--delay", "8", path);
  await sleep(300);
  // The first Return may only take the list of completions away, or step into a folder.
  for (let presses = 0; presses < 3 && windows(".*").includes(window); presses += 1) {
    xdotool("key", "--clearmodifiers", "Return");
    await sleep(700);
  }
  await gone(window);
}

/** Closes the open file dialog with this title. */
export async function dismissFileDialog(title) {
  const window = await openDialog(title);
  xdotool("windowactivate", "--sync", window);
  xdotool("key", "--clearmodifiers", "Escape");
  await gone(window);
}

async function openDialog(title) {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline) {
    const [window] = windows(title);
    if (window) {
      // Mapped is not yet ready for keys.
      await sleep(400);
      return window;
    }
    await sleep(80);
  }
  throw new Error(`no dialog named ${title} opened within ${WAIT_MS} ms`);
}

async function gone(window) {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline) {
    if (!windows(".*").includes(window)) return;
    await sleep(80);
  }
  throw new Error("the dialog did not close");
}

function windows(title) {
  try {
    return xdotool("search", "--onlyvisible", "--name", title).split("\n").filter(Boolean);
  } catch (error) {
    // Status 1 says that nothing was found.
    if (error.status === 1) return [];
    throw error;
  }
}

function xdotool(...words) {
  return execFileSync("xdotool", words, { encoding: "utf8", timeout: WAIT_MS, stdio: ["ignore", "pipe", "ignore"] });
}
