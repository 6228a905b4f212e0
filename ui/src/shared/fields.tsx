import { TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useClock, useFormat } from "./company";
import { moneyText, parseAmount } from "./format/money";
import { dateText, parseDay } from "./format/time";
import { text } from "./text";

interface AmountProps {
  label: string;
  hideLabel?: boolean;
  /** Decimal string as the store takes it; empty for none. */
  value: string;
  onChange: (amount: string) => void;
  currency: string;
  description?: string;
  error?: string;
  required?: boolean;
  autoFocus?: boolean;
}

/** An amount being typed. It stays text: what is typed is only rearranged into the store's form. */
export function AmountField({ label, hideLabel, value, onChange, currency, description, error, required, autoFocus }: AmountProps) {
  const { locale, currency: company } = useFormat();
  const [typed, setTyped] = useState(() => written(value, currency, locale));
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    setTyped((before) => ((parseAmount(before, locale) ?? "") === value ? before : written(value, currency, locale)));
  }, [value, currency, locale]);
  return (
    <TextInput
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      description={description}
      required={required}
      withAsterisk={false}
      autoFocus={autoFocus}
      inputMode="decimal"
      autoComplete="off"
      maxLength={40}
      value={typed}
      error={error ?? (wrong ? text.fields.amountWrong : undefined)}
      leftSection={currency === company ? symbol(currency, locale) : undefined}
      rightSection={currency === company ? undefined : <span className="small sec">{currency}</span>}
      styles={{ input: { textAlign: "right", fontWeight: 570, fontVariantNumeric: "tabular-nums" } }}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setTyped(next);
        const amount = parseAmount(next, locale);
        setWrong(false);
        if (amount !== null || next.trim() === "") onChange(amount ?? "");
      }}
      onBlur={() => {
        const amount = parseAmount(typed, locale);
        setWrong(amount === null && typed.trim() !== "");
        if (amount !== null) setTyped(written(amount, currency, locale));
      }}
    />
  );
}

function written(value: string, currency: string, locale?: string): string {
  return value === "" ? "" : moneyText({ amount: value, currency }, { company: currency, locale, unit: false });
}

function symbol(currency: string, locale?: string): string {
  return moneyText({ amount: "0", currency }, { company: currency, locale }).replace(/[\d.,\s]/g, "");
}

interface DayProps {
  label: string;
  /** YYYY-MM-DD; empty for none. */
  value: string;
  onChange: (day: string) => void;
  description?: string;
  error?: string;
  required?: boolean;
}

/** A day, typed as "16 Nov 2026": the month is always a word. It counts as soon as it can be read: a form may be sent by key. */
export function DayField({ label, value, onChange, description, error, required }: DayProps) {
  const clock = useClock();
  const [typed, setTyped] = useState(() => shownDay(value));
  const [wrong, setWrong] = useState(false);
  // The day that was handed over last: another one comes from elsewhere and is shown.
  const [given, setGiven] = useState(value);
  if (value !== given) {
    setGiven(value);
    setTyped(shownDay(value));
  }
  const give = (day: string) => {
    setGiven(day);
    onChange(day);
  };
  return (
    <TextInput
      label={label}
      description={description}
      required={required}
      withAsterisk={false}
      autoComplete="off"
      maxLength={30}
      placeholder={withYear(clock.now.toISOString().slice(0, 10))}
      value={typed}
      error={error ?? (wrong ? text.fields.dayWrong : undefined)}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setTyped(next);
        setWrong(false);
        const day = parseDay(next, clock);
        if (day !== null || next.trim() === "") give(day ?? "");
      }}
      onBlur={() => {
        const day = parseDay(typed, clock);
        setWrong(day === null && typed.trim() !== "");
        if (day !== null) setTyped(withYear(day));
      }}
    />
  );
}

function shownDay(value: string): string {
  return value === "" ? "" : withYear(value);
}

/** The year always stands in a field: what is typed must be unmistakable. */
function withYear(day: string): string {
  return dateText(day, { now: new Date("1970-01-02T00:00:00Z"), zone: "UTC" });
}
