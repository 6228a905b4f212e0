/** The person's locale, or English where the system names one that does not exist (a C locale is called "C"). */
export function personLocale(): string {
  const named = navigator.language;
  try {
    return Intl.getCanonicalLocales(named)[0] ?? "en-US";
  } catch {
    return "en-US";
  }
}
