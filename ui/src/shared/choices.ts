/** ISO currencies that the browser knows, the common ones first, each with its name. */
export function currencies(): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(["en"], { type: "currency" });
  const first = ["USD", "EUR", "GBP", "CAD", "AUD", "CHF", "SEK", "NOK", "DKK", "JPY"];
  const rest = Intl.supportedValuesOf("currency").filter((code) => !first.includes(code) && !/^X/.test(code));
  return [...first, ...rest].map((code) => ({ value: code, label: `${code}, ${names.of(code) ?? code}` }));
}

/** IANA zones, the one of this machine first. */
export function zones(here: string): string[] {
  const all = Intl.supportedValuesOf("timeZone");
  return [here, ...all.filter((zone) => zone !== here)];
}
