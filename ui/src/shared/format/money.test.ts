import { describe, expect, it } from "vitest";
import { AmountError, isNegative, isZero, moneyText, parseAmount } from "./money";

const check = (amount: string, currency: string, expected: string, style: Partial<Parameters<typeof moneyText>[1]> = {}) =>
  expect(moneyText({ amount, currency }, { company: "USD", locale: "en-US", ...style })).toBe(expected);

describe("amounts", () => {
  it("puts a true minus before the symbol of the company's currency", () => check("-1234.50", "USD", "−$1,234.50"));
  it("shows other currencies as number then code", () => check("2352.00", "EUR", "2,352.00\u00a0EUR"));
  it("keeps every decimal of a coin", () => check("0.01950000", "BTC", "0.01950000\u00a0BTC"));
  it("keeps more digits than a float can hold", () => check("123456789012345678901.23", "USD", "$123,456,789,012,345,678,901.23"));
  it("fills the decimals of the currency and never cuts one", () => {
    check("1234.5", "USD", "$1,234.50");
    check("0.123456", "USDC", "0.123456\u00a0USDC");
  });
  it("has no decimals where the currency has none", () => check("1500", "JPY", "¥1,500", { company: "JPY" }));
  it("has three decimals where the currency has three", () => check("1.5", "KWD", "1.500\u00a0KWD"));
  it("signs a movement that came in, and only when it is not zero", () => {
    check("5120.44", "USD", "+$5,120.44", { sign: "movement" });
    check("-178.00", "USD", "−$178.00", { sign: "movement" });
    check("0.00", "USD", "$0.00", { sign: "movement" });
  });
  it("shows zero without a sign", () => check("-0.00", "USD", "$0.00"));
  it("drops symbol and code in a table of one currency", () => {
    check("1412.40", "USD", "1,412.40", { unit: false });
    check("1412.40", "EUR", "1,412.40", { unit: false });
  });
  it("groups and marks decimals as the locale does", () => check("-1234567.89", "USD", "−$1.234.567,89", { locale: "de-DE" }));
  it("groups by lakh in India", () => check("1234567.00", "USD", "$12,34,567.00", { locale: "en-IN" }));
  it("refuses what is not an amount instead of drawing a wrong figure", () => {
    for (const bad of ["", "1e3", "NaN", "1,000.00", "12.", "--1"]) {
      expect(() => moneyText({ amount: bad, currency: "USD" }, { company: "USD" }), bad).toThrow(AmountError);
    }
  });
  it("knows below zero and zero from the text", () => {
    expect(isNegative({ amount: "-0.01", currency: "USD" })).toBe(true);
    expect(isNegative({ amount: "-0.00", currency: "USD" })).toBe(false);
    expect(isZero({ amount: "0.00000000", currency: "BTC" })).toBe(true);
    expect(isZero({ amount: "0.00000001", currency: "BTC" })).toBe(false);
  });
});

describe("a typed amount", () => {
  const typed = (text: string, expected: string | null, locale = "en-US") => expect(parseAmount(text, locale), text).toBe(expected);
  it("loses its groups, spaces and symbol", () => {
    typed("$1,234.50", "1234.50");
    typed(" 2 500.00 ", "2500.00");
    typed("−15.00", "-15.00");
  });
  it("follows the locale when there is one mark", () => {
    typed("2.500", "2500", "de-DE");
    typed("2,5", "2.5", "de-DE");
    typed("2,500", "2500");
  });
  it("takes the later of two marks as the decimal mark, whatever the locale", () => {
    typed("1.234,56", "1234.56", "en-US");
    typed("1,234.56", "1234.56", "de-DE");
  });
  it("is null when it is not an amount", () => {
    typed("", null);
    typed("twelve", null);
    typed("1.2.3", null);
    typed("12-3", null);
  });
});
