// What must hold of every screen, whatever it shows: it is whole, everybody can read it, nothing scrolls sideways,
// and the page complains of nothing. Each look leaves pictures in tests/e2e/shots.
import assert from "node:assert/strict";

/** The size in which the screens were drawn. */
export const DRAWN = [1440, 900];

/**
 * Looks at what the window shows now.
 * @param {import("./app.mjs").App} app
 * @param {string} name of the pictures
 * @param {{ schemes?: ("light" | "dark")[], size?: [number, number], axe?: boolean }} [options]
 */
export async function look(app, name, { schemes = ["light", "dark"], size, axe = true } = {}) {
  if (size) await app.resize(...size);
  await settled(app);
  const found = [];
  for (const scheme of schemes) {
    await app.scheme(scheme);
    await app.shot(name, { scheme: undefined, suffix: scheme });
    if (axe) for (const violation of await app.axe()) found.push({ in: scheme, ...violation });
  }
  assert.deepEqual({ name, found, sideways: await sideways(app), complaints: await app.complaints() }, { name, found: [], sideways: [], complaints: [] });
}

/** Waits until everything that was asked for has arrived. */
export async function settled(app) {
  await app.until("what the screen waits for", () =>
    app.driver.executeScript(`return !document.querySelector('[aria-busy="true"], [class*="bone" i]') && document.fonts.status === "loaded"`),
  );
}

/** What is wider than its place: the page, or a pane that would have to be scrolled sideways. Raw lines of a file may. */
export function sideways(app) {
  return app.driver.executeScript(`
    const wide = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) wide.push("the page: " + root.scrollWidth + " in " + innerWidth);
    for (const element of document.body.querySelectorAll("*")) {
      if (element.matches("pre, pre *, input, textarea, .sr")) continue;
      const scrolls = ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
      if (scrolls && element.scrollWidth > element.clientWidth + 1)
        wide.push(element.tagName + "." + element.className + ": " + element.scrollWidth + " in " + element.clientWidth);
    }
    return wide;`);
}
