import { useFormat } from "./company";
import { isNegative, isZero, moneyParts, moneyText, type MoneyStyle, type MoneyValue } from "./format/money";
import css from "./Money.module.css";
import { text } from "./text";

export type { MoneyValue } from "./format/money";

interface Props {
  /** null or undefined is unknown and shown as –. */
  value: MoneyValue | null | undefined;
  /** "movement" signs what came in and paints it green; "none" drops the sign where a word says it. */
  sign?: MoneyStyle["sign"];
  /** false in a table of one currency. */
  unit?: boolean;
  /** The one big amount of a screen, cents small. */
  figure?: boolean;
  tone?: "plain" | "secondary" | "attention" | "in";
  strong?: boolean;
  className?: string;
}

/** Every amount on screen. It sets the string of the store and never computes. */
export function Money({ value, sign = "minus", unit = true, figure, tone, strong, className }: Props) {
  const { currency, locale } = useFormat();
  if (!value) {
    return (
      <span className={`num ${className ?? ""}`} aria-label={text.common.unknown}>
        –
      </span>
    );
  }
  const parts = moneyParts(value, { company: currency, locale, sign, unit });
  const cameIn = sign === "movement" && !isNegative(value) && !isZero(value);
  const colour = tone === "secondary" ? "sec" : tone === "attention" ? "att" : tone === "in" || cameIn ? "in" : "";
  const classes = ["num", colour, strong ? "strong" : "", figure ? "figure" : "", className ?? ""].filter(Boolean).join(" ");
  if (figure) {
    return (
      <span className={classes}>
        {parts.sign}
        {parts.symbol}
        {parts.whole}
        <span className={css.cents}>
          {parts.fraction}
          {parts.code}
        </span>
      </span>
    );
  }
  return (
    <span className={classes}>
      {parts.sign}
      {parts.symbol}
      {parts.whole}
      {parts.fraction}
      {parts.code}
    </span>
  );
}

/** An amount inside a sentence or a button. */
export function useMoneyText(): (value: MoneyValue, sign?: MoneyStyle["sign"]) => string {
  const { currency, locale } = useFormat();
  return (value, sign = "minus") => moneyText(value, { company: currency, locale, sign });
}
