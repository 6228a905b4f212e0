/** The locked screen, and when it locks. */
export const lock = {
  title: "Lock",
  sub: "The screen hides everything until the approval passphrase is typed. Work in the background goes on.",
  needsPassphrase: "Set an approval passphrase above first: it is what opens the screen again. Until then nothing locks.",
  on: "Lock when nobody is here",
  minutes: "Minutes without you",
  help: "1 to 120. Mouse and keyboard in this window count.",
  save: "Save the lock",
  now: "Lock now",
  lockFailed: "The screen was not locked",
  key: "lock the screen",
  palette: "Lock the screen",
  screenTitle: "Purser is locked",
  screenBody: "Type the approval passphrase to go on where you were.",
};
