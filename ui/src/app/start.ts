// The page's first words are on screen before the rest is read: scripts and styles take longer than all before them.
let begun = false;

function begin() {
  if (begun) return;
  begun = true;
  void import("./main");
}

// The second frame begins when the first one is on screen.
requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(begin)));
// A window that nobody sees has no frames.
setTimeout(begin, 250);
