/** An amount as the store writes it: a decimal string, never a number. */
export interface MoneyValue {
  amount: string;
  currency: string;
}

/** The pieces of an amount, ready to be set; joined they read as one text. */
export interface MoneyParts {
  sign: "" | "+" | "\u2212";
  symbol: string;
  whole: string;
  /** With its leading decimal mark; empty for currencies without minor units. */
  fraction: string;
  /** With its leading no-break space; empty where the symbol stands. */
  code: string;
}

export interface MoneyStyle {
  /** The currency whose amounts carry a symbol; all others carry their code. */
  company: string;
  locale?: string;
  /** "movement" writes + before what came in. */
  sign?: "minus" | "movement" | "none";
  /** false in a table of one currency: neither symbol nor code. */
  unit?: boolean;
}

const AMOUNT = /^([+\-\u2212]?)(\d+)(?:\.(\d+))?$/;

/** Thrown when a string from the store is not an amount; a wrong figure must never be drawn. */
export class AmountError extends Error {}

function decimalMark(locale: string | undefined): string {
  return new Intl.NumberFormat(locale).formatToParts(1.5).find((p) => p.type === "decimal")?.value ?? ".";
}

function symbolOf(currency: string, locale: string | undefined): string {
  try {
    const parts = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(1);
    return parts.find((p) => p.type === "currency")?.value ?? currency;
  } catch (error) {
    if (error instanceof RangeError) return currency;
    throw error;
  }
}

/** Digits after the mark for ISO currencies; assets outside ISO keep what the store wrote. */
function exponentOf(currency: string, written: number): number {
  if (!/^[A-Z]{3}$/.test(currency) || ["BTC", "ETH", "SOL"].includes(currency)) return written;
  try {
    const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? written;
    return Math.max(written, digits);
  } catch (error) {
    if (error instanceof RangeError) return written;
    throw error;
  }
}

/** Splits an amount into the parts that are set on screen. Only text is rearranged. */
export function moneyParts(value: MoneyValue, style: MoneyStyle): MoneyParts {
  const match = AMOUNT.exec(value.amount.trim());
  if (!match) throw new AmountError(`"${value.amount}" is not an amount`);
  const [, sign = "", digits = "0", fraction = ""] = match;
  const zero = /^0*$/.test(digits) && /^0*$/.test(fraction);
  const negative = !zero && (sign === "-" || sign === "\u2212");
  const places = exponentOf(value.currency, fraction.length);
  const padded = fraction.padEnd(places, "0");
  const isCompany = value.currency === style.company;
  const unit = style.unit ?? true;
  const mode = style.sign ?? "minus";
  return {
    sign: mode === "none" ? "" : negative ? "\u2212" : mode === "movement" && !zero ? "+" : "",
    symbol: unit && isCompany ? symbolOf(value.currency, style.locale) : "",
    whole: new Intl.NumberFormat(style.locale).format(BigInt(digits)),
    fraction: padded === "" ? "" : decimalMark(style.locale) + padded,
    code: unit && !isCompany ? `\u00a0${value.currency}` : "",
  };
}

/** One amount as text: `−$1,234.50`, `0.01950000 BTC`. */
export function moneyText(value: MoneyValue, style: MoneyStyle): string {
  const p = moneyParts(value, style);
  return p.sign + p.symbol + p.whole + p.fraction + p.code;
}

/** True for a string below zero; reads the sign, computes nothing. */
export function isNegative(value: MoneyValue): boolean {
  return /^[-\u2212]/.test(value.amount.trim()) && !isZero(value);
}

/** True for 0, 0.00, -0.00. */
export function isZero(value: MoneyValue): boolean {
  return /^[+\-\u2212]?0*(\.0*)?$/.test(value.amount.trim());
}

/**
 * What the founder typed, as the store wants it: "2.500,00" in a German setting becomes "2500.00".
 * Returns null when it is not an amount.
 */
export function parseAmount(typed: string, locale?: string): string | null {
  const mark = decimalMark(locale);
  const cleaned = typed.replace(/[\s\u00a0\u202f'’$€£¥]/g, "").replace(/\u2212/g, "-");
  if (cleaned === "") return null;
  const lastDot = cleaned.lastIndexOf(".");
  const lastComma = cleaned.lastIndexOf(",");
  // With both marks, the later one is the decimal mark; with one, the locale decides.
  const decimal = lastDot >= 0 && lastComma >= 0 ? (lastDot > lastComma ? "." : ",") : mark;
  const group = decimal === "." ? "," : ".";
  const text = cleaned.split(group).join("").replace(decimal, ".");
  return AMOUNT.test(text) ? text.replace(/^\+/, "") : null;
}
