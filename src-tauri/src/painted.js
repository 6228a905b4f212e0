// Only where PURSER_PAINTED asks for it: the page's title says when a frame with its first words was drawn, and when one
// with the queue of the books was. The second animation frame after a change begins when that change is on screen.
(() => {
  const root = () => document.getElementById("root");
  const marks = [
    ["window", () => root()?.textContent],
    ["books", () => /\d/.test(root()?.querySelector("h1")?.textContent ?? "")],
  ];
  const look = () => {
    while (marks.length > 0 && marks[0][1]()) {
      const [name] = marks.shift();
      requestAnimationFrame(() => requestAnimationFrame(() => (document.title = `painted ${name}`)));
    }
    if (marks.length === 0) watch.disconnect();
  };
  const watch = new MutationObserver(look);
  watch.observe(document, { childList: true, subtree: true, characterData: true });
})();
