/** The person's locale, or English where the system names one that does not exist (a C locale is called "C"). */
export function personLocale(): string {
  const named = navigator.language;
  try {
    return Intl.getCanonicalLocales(named)[0] ?? "en-US";
  } catch {
    return "en-US";
  }
}

/** A count with the grouping of the person's locale: `100,000`. */
export function countText(count: number): string {
  return new Intl.NumberFormat(personLocale()).format(count);
}
