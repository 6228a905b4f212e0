// Draws the screens over fixtures, for looking at them: `npm run dev`, then /dev.html#/today?scheme=dark
// It is no input of the production build.
import { setTransport } from "../api/client";
import { setShell } from "../api/shell";
import { fixtures } from "./fixtures";

const search = new URLSearchParams(window.location.search);
const scheme = search.get("scheme") ?? "light";
window.localStorage.setItem("purser.preferences", JSON.stringify({ scheme }));

// The pictures were drawn on a Tuesday morning in Portland, Maine.
const base = new Date("2026-11-17T13:41:00Z").getTime();
const started = performance.now();
const RealDate = Date;
class FixtureDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(base + performance.now() - started);
    else super(...(given as [string]));
  }
  static override now() {
    return base + performance.now() - started;
  }
}
window.Date = FixtureDate as DateConstructor;

const host = search.get("host") ?? "open";
setTransport({
  invoke: async (_kind, method, input) => {
    const answer = (fixtures(host) as Record<string, unknown>)[method];
    if (answer === undefined) throw { code: "no_fixture", message: `There is no fixture for ${method}.`, detail: JSON.stringify(input) };
    return typeof answer === "function" ? (answer as (input: unknown) => unknown)(input) : answer;
  },
  onChanged: async () => () => undefined,
});
setShell({
  pickFile: async () => "/Users/founder/mercury-oct.csv",
  pickSave: async () => "/Users/founder/ledger.journal",
  pickFolder: async () => "/Users/founder",
  openPath: async () => undefined,
  revealPath: async () => undefined,
  openConfirm: async () => undefined,
  closeWindow: async () => undefined,
  autostart: async () => false,
  autostartSet: async () => undefined,
  onFileDrop: async () => () => undefined,
  onProgress: async (listener) => {
    if (search.has("work")) listener({ task: "t1", what: "Reading mercury-2026.csv", done: 61_200, total: 100_000, unit: "line", finished: false });
    return () => undefined;
  },
  onNavigate: async () => () => undefined,
});

// ?press=Control+K&type=kest opens the palette with a text, for a picture.
const press = search.get("press");
if (press) {
  window.setTimeout(() => {
    const words = press.split(" ").join("+").split("+");
    window.dispatchEvent(new KeyboardEvent("keydown", { key: words[words.length - 1], ctrlKey: words.includes("Control"), shiftKey: words.includes("Shift"), bubbles: true }));
    window.setTimeout(() => {
      const field = document.activeElement;
      const typed = search.get("type");
      if (!(field instanceof HTMLInputElement) || !typed) return;
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, typed);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }, 300);
  }, 1200);
}

// ?offline takes the network away.
if (search.has("offline")) window.setTimeout(() => window.dispatchEvent(new Event("offline")), 800);

// ?axe writes what axe-core finds, colours included, into the page: for --dump-dom.
if (search.has("axe")) {
  window.setTimeout(() => {
    void import("axe-core").then(async ({ default: axe }) => {
      const found = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] });
      const report = document.createElement("pre");
      report.id = "axe-report";
      report.textContent = JSON.stringify(found.violations.map((v) => [v.id, v.nodes.map((n) => `${n.html.slice(0, 160)} ${n.any[0]?.message ?? ""}`)]));
      document.body.append(report);
    });
  }, 2500);
}

if (search.get("page") === "confirm") await import("../app/confirm");
else if (search.get("page") === "gallery") await import("./Gallery");
else await import("../app/main");
