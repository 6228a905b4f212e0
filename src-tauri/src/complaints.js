// Debug builds under automation only: collects what goes wrong in a page before a test can look.
(() => {
  const complaints = (window.__complaints = []);
  const add = (kind, text) => complaints.length < 200 && complaints.push(`${kind}: ${String(text).slice(0, 500)}`);
  const element = (target) => target && (target.src || target.href || target.tagName);
  addEventListener("error", (event) => add("error", event.message || `not loaded: ${element(event.target)}`), true);
  addEventListener("unhandledrejection", (event) => add("rejection", event.reason && (event.reason.message || JSON.stringify(event.reason))));
  document.addEventListener("securitypolicyviolation", (event) => add("policy", `${event.effectiveDirective} ${event.blockedURI}`));
  for (const level of ["error", "warn"]) {
    const original = console[level].bind(console);
    console[level] = (...words) => {
      add(level, words.map((word) => (word && word.message) || String(word)).join(" "));
      original(...words);
    };
  }
})();
