// Purser's window as a person uses it: look, press, read. Each app has a data folder of its own.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { Key } from "selenium-webdriver";
import { closeSession, openSession } from "./session.mjs";

const SHOTS = fileURLToPath(new URL("../shots/", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FIND = readFileSync(new URL("./page.js", import.meta.url), "utf8").replace(/^\/\/.*\n/gm, "").trim();
const WAIT_MS = 10_000;

/**
 * Starts Purser.
 * @param {{ data?: string, demo?: boolean, size?: [number, number] }} [options] `data` names a folder that is kept
 *   afterwards; without it a fresh one is made and removed.
 */
export async function start({ data, demo = false, size } = {}) {
  const folder = data ?? mkdtempSync(join(tmpdir(), "books-"));
  const session = await openSession(process.env.PURSER_BINARY, ["--data", folder, ...(demo ? ["--demo"] : [])]);
  const app = new App(session, folder, data === undefined);
  try {
    if (size) await app.resize(...size);
    await app.ready();
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

export class App {
  constructor(session, folder, ownsFolder) {
    this.session = session;
    this.driver = session.driver;
    this.folder = folder;
    this.ownsFolder = ownsFolder;
  }

  /** Ends the program. The data folder stays if the test named it. */
  async close() {
    await closeSession(this.session);
    if (this.ownsFolder) rmSync(this.folder, { recursive: true, force: true });
  }

  /** Waits until the UI has drawn something in the place of what the page shows before its scripts. */
  async ready() {
    await this.until("the UI to draw", () =>
      this.driver.executeScript(
        "return document.readyState === 'complete' && !document.querySelector('.starting') && document.body.innerText.trim().length > 0",
      ),
    );
  }

  /** Waits for `look` to return something true, and returns that. */
  async until(what, look, { ms = WAIT_MS } = {}) {
    const deadline = Date.now() + ms;
    let last;
    do {
      try {
        const seen = await look();
        if (seen) return seen;
        last = undefined;
      } catch (error) {
        // The page may have been redrawn under our hands; look again.
        last = error;
      }
      await sleep(60);
    } while (Date.now() < deadline);
    throw new Error(`waited ${ms} ms for ${what}; the window shows:\n${await this.visibleText()}`, { cause: last });
  }

  // --- finding ---------------------------------------------------------------------------------

  /** All visible elements of a role and accessible name (a string is the whole name; a RegExp searches). */
  async all(role, name, { within = null } = {}) {
    return this.#found({ role, ...asPattern("name", name) }, within);
  }

  /** The one visible element of a role and name; waits for it. More than one is a mistake of the test. */
  async find(role, name, { within = null, ms = WAIT_MS } = {}) {
    return this.until(
      `${role} ${name ?? ""}`,
      async () => {
        const found = await this.all(role, name, { within });
        if (found.length > 1) throw new Error(`${found.length} elements are ${role} ${name ?? ""}`);
        return found[0];
      },
      { ms },
    );
  }

  /** The innermost visible element with this text; waits for it. The first, where several say it. */
  async findText(text, { within = null, ms = WAIT_MS } = {}) {
    return this.until(`the text ${text}`, async () => (await this.#found(asPattern("text", text), within))[0], { ms });
  }

  /** Waits until no visible element has this text. */
  async gone(text, { ms = WAIT_MS } = {}) {
    await this.until(`${text} to go`, async () => (await this.#found(asPattern("text", text), null)).length === 0, { ms });
  }

  async #found(wanted, within) {
    await this.#loadAxe();
    return this.driver.executeScript(`return (${FIND})(arguments[0], arguments[1])`, wanted, within);
  }

  async #loadAxe() {
    if (!(await this.driver.executeScript("return Boolean(window.axe)"))) await this.driver.executeScript(AXE);
  }

  // --- acting ----------------------------------------------------------------------------------

  async click(role, name, options) {
    const element = await this.find(role, name, options);
    await element.click();
    return element;
  }

  /** The same where an empty screen offers the same act twice, in its bar and in its middle. */
  async clickFirst(role, name) {
    const [element] = await this.until(`${role} ${name}`, async () => {
      const found = await this.all(role, name);
      return found.length > 0 && found;
    });
    await element.click();
  }

  /** Replaces what a field holds. */
  async fill(name, text, { role = "textbox", ...options } = {}) {
    const field = await this.find(role, name, options);
    await field.click();
    await field.sendKeys(Key.chord(Key.CONTROL, "a"), Key.BACK_SPACE);
    if (text) await field.sendKeys(text);
    return field;
  }

  /** Presses keys where the focus is: `press("Control+k", "j", "Enter")`. */
  async press(...keys) {
    for (const key of keys) {
      const parts = key.length > 1 ? key.split("+") : [key];
      const codes = parts.map((part) => (part.length === 1 ? part : keyCode(part)));
      const actions = this.driver.actions();
      for (const code of codes) actions.keyDown(code);
      for (const code of codes.toReversed()) actions.keyUp(code);
      await actions.perform();
    }
  }

  /** Types text where the focus is. */
  async type(text) {
    await this.driver.actions().sendKeys(text).perform();
  }

  /** Goes to an address of the window, such as `#/ledger/journal`. */
  async go(hash) {
    await this.driver.executeScript("location.hash = arguments[0]", hash);
  }

  /** What the engine answers to a query of the page. */
  async ask(method, input = {}) {
    const { ok, error } = await this.invoke("query", { method, input });
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return ok;
  }

  /** The accessible name of what has the focus. */
  async focused() {
    await this.#loadAxe();
    return this.driver.executeScript(`
      const element = document.activeElement;
      axe.setup(document.documentElement);
      try { return { role: axe.commons.aria.getRole(element), name: axe.commons.text.accessibleText(element) }; }
      finally { axe.teardown(); }`);
  }

  /** Calls the shell as a script in the page would; returns `{ok}` or `{error}`. */
  async invoke(command, input = {}) {
    return this.driver.executeAsyncScript(
      `const done = arguments[2];
       window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then((ok) => done({ ok }), (error) => done({ error }))`,
      command,
      input,
    );
  }

  /** Gives the page this size; the window manager's frame comes on top. */
  async resize(width, height) {
    const window = this.driver.manage().window();
    const pageSize = () => this.driver.executeScript("return [innerWidth, innerHeight]");
    let outer = [width, height];
    await window.setRect({ x: 0, y: 0, width, height });
    await this.until(`a page of ${width} by ${height}`, async () => {
      const [pageWidth, pageHeight] = await pageSize();
      if (pageWidth === width && pageHeight === height) return true;
      outer = [outer[0] + width - pageWidth, outer[1] + height - pageHeight];
      await window.setRect({ width: outer[0], height: outer[1] });
      await sleep(150);
      return false;
    });
  }

  /** Acts in another of Purser's windows, such as the confirm window, then comes back. */
  async inWindow(title, act) {
    const home = await this.driver.getWindowHandle();
    const handle = await this.until(`a window named ${title}`, async () => {
      for (const each of await this.driver.getAllWindowHandles()) {
        await this.driver.switchTo().window(each);
        if ((await this.driver.getTitle()) === title) return each;
      }
      await this.driver.switchTo().window(home);
      return null;
    });
    await this.driver.switchTo().window(handle);
    try {
      return await act();
    } finally {
      await this.driver.switchTo().window(home);
    }
  }

  /** Closes the main window as a person does, by its frame. */
  async closeByManager() {
    const title = await this.driver.getTitle();
    const search = ["search", "--onlyvisible", "--name", `^${title.replace(/[()]/g, "\\$&")}$`];
    const [window] = execFileSync("xdotool", search, { encoding: "utf8" }).split("\n");
    execFileSync("xdotool", ["windowactivate", "--sync", window, "key", "--clearmodifiers", "alt+F4"]);
  }

  // --- reading ---------------------------------------------------------------------------------

  async text(element) {
    return (await this.driver.executeScript("return arguments[0].textContent", element)).replace(/\s+/g, " ").trim();
  }

  async visibleText() {
    try {
      return await this.driver.executeScript("return document.body.innerText");
    } catch (error) {
      return `(nothing could be read: ${error.message})`;
    }
  }

  /** What the page complained of since it was loaded: errors, failed loads, refusals of the content policy. */
  async complaints() {
    const complaints = await this.driver.executeScript("return window.__complaints");
    if (!complaints) throw new Error("the page collects no complaints: is this a debug build under automation?");
    return complaints;
  }

  /** What axe-core finds against WCAG 2 A and AA; an empty list is what a test wants. */
  async axe({ exclude = [] } = {}) {
    await this.#loadAxe();
    return this.driver.executeAsyncScript(
      `const done = arguments[arguments.length - 1];
       const exclude = arguments[0];
       const context = exclude.length ? { exclude } : document;
       const options = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] };
       axe.run(context, options).then(
         (result) => done(result.violations.map((each) => ({
           id: each.id, help: each.help, impact: each.impact,
           nodes: each.nodes.slice(0, 10).map((node) => node.target.join(" ") + " · " + node.failureSummary),
         }))),
         (error) => done([{ id: "axe-failed", help: String(error), nodes: [] }]))`,
      exclude,
    );
  }

  /** Shows the page in `light` or `dark` whatever the preference says, until it is loaded again. */
  async scheme(scheme) {
    await this.driver.executeScript(
      `const root = document.documentElement, name = "data-mantine-color-scheme";
       window.__forcedScheme = arguments[0];
       // The UI follows its own preference and would put that back.
       const force = () => root.getAttribute(name) === window.__forcedScheme || root.setAttribute(name, window.__forcedScheme);
       force();
       window.__schemeObserver ??= new MutationObserver(force);
       window.__schemeObserver.observe(root, { attributeFilter: [name] });`,
      scheme,
    );
    // The longest transition of the UI takes 180 ms.
    await sleep(350);
  }

  /** A picture of the page in tests/e2e/shots; returns its path. `suffix` names the scheme that is shown already. */
  async shot(name, { scheme, suffix = scheme, size } = {}) {
    if (size) await this.resize(...size);
    if (scheme) await this.scheme(scheme);
    await this.driver.executeAsyncScript(
      "const done = arguments[0]; document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => done())))",
    );
    mkdirSync(SHOTS, { recursive: true });
    const path = join(SHOTS, `${name}${suffix ? `-${suffix}` : ""}.png`);
    writeFileSync(path, await this.driver.takeScreenshot(), "base64");
    return path;
  }
}

function asPattern(field, value) {
  if (value === undefined || value === null) return {};
  if (value instanceof RegExp) return { [field]: value.source, [`${field}Flags`]: value.flags.replace("g", "") };
  return { [field]: value, [`${field}Flags`]: null };
}

function keyCode(name) {
  const aliases = { Esc: "ESCAPE", Ctrl: "CONTROL", Enter: "ENTER", Left: "ARROW_LEFT", Right: "ARROW_RIGHT", Up: "ARROW_UP", Down: "ARROW_DOWN" };
  const code = Key[aliases[name] ?? name.toUpperCase()];
  if (typeof code !== "string") throw new Error(`no key is named ${name}`);
  return code;
}
