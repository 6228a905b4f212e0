// Runs inside the page: finds elements as a person names them, by role and accessible name, with the rules of
// axe-core. Visible ones only. `wanted` is {role, name, nameFlags, text, textFlags}.
(function (wanted, root) {
  const { axe } = window;
  const shown = (element) =>
    element.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) && element.getClientRects().length > 0;
  const tidy = (text) => text.replace(/\s+/g, " ").trim();
  const fits = (pattern, flags, text) =>
    flags === null ? tidy(text) === pattern : new RegExp(pattern, flags).test(tidy(text));
  axe.setup(document.documentElement);
  try {
    const elements = [...(root || document.body).querySelectorAll("*")];
    return elements.filter((element) => {
      if (!shown(element)) return false;
      if (wanted.role && axe.commons.aria.getRole(element) !== wanted.role) return false;
      if (wanted.name !== undefined && !fits(wanted.name, wanted.nameFlags, axe.commons.text.accessibleText(element)))
        return false;
      if (wanted.text !== undefined) {
        if (!fits(wanted.text, wanted.textFlags, element.textContent)) return false;
        // The innermost element that says it, not all those around it.
        for (const child of element.children)
          if (fits(wanted.text, wanted.textFlags, child.textContent)) return false;
      }
      return true;
    });
  } finally {
    axe.teardown();
  }
})
