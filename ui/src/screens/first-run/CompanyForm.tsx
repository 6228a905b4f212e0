import { personLocale } from "../../shared/locale";
import { NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import type { CreateCompany, HostState } from "../../api/bindings";
import { useCommand } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { AmountField, DayField } from "../../shared/fields";
import { FormatProvider, useClock } from "../../shared/company";
import { dayIn } from "../../shared/format/time";
import { useKeys } from "../../shared/keys/useKeys";
import { ErrorState } from "../../shared/States";
import { text } from "../../shared/text";
import css from "./FirstRun.module.css";
import { currencies, zones } from "../../shared/choices";

const PASSPHRASE_MIN = 12;

/** Name, currency, first day, zone, first account: what cannot be guessed, and nothing else. */
export function CompanyForm({ host, onBack, onFounding, onCreated }: { host: HostState; onBack: () => void; onFounding?: (founding: boolean) => void; onCreated: (recoveryCode: string) => void }) {
  const clock = useClock();
  const known = useMemo(currencies, []);
  const zoneHere = useMemo(() => Intl.DateTimeFormat().resolvedOptions().timeZone, []);
  const [form, setForm] = useState<CreateCompany>(() => ({
    company: "",
    currency: "USD",
    books_start: `${dayIn(clock.now).slice(0, 4)}-01-01`,
    zone: zoneHere,
    account: "",
    opening: "",
    passphrase: null,
  }));
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const create = useCommand("create_company");
  const set = <K extends keyof CreateCompany>(name: K, value: CreateCompany[K]) => setForm((before) => ({ ...before, [name]: value }));
  const needsPassphrase = host.vault === "passphrase_file";
  const passphrase = form.passphrase ?? "";
  const wrong = {
    company: form.company.trim() === "" ? text.company.nameMissing : undefined,
    books_start: form.books_start === "" ? text.fields.dayWrong : undefined,
    passphrase: needsPassphrase && passphrase.length < PASSPHRASE_MIN ? text.company.passphraseShort : undefined,
    again: needsPassphrase && passphrase !== again ? text.company.passphraseDiffers : undefined,
  };
  const submit = () => {
    setTried(true);
    if (create.isPending || Object.values(wrong).some(Boolean)) return;
    onFounding?.(true);
    create.mutate(form, { onSuccess: (made) => onCreated(made.recovery_code), onError: () => onFounding?.(false) });
  };
  useKeys("screen", [
    { keys: ["Mod Enter"], label: text.company.create, hint: true, whileTyping: true, run: submit },
    { keys: ["Esc"], label: text.company.back, hint: true, whileTyping: true, run: onBack },
  ]);
  const shown = <T,>(problem: T) => (tried ? problem : undefined);
  return (
    <FormatProvider format={{ currency: form.currency, zone: form.zone, locale: personLocale() }}>
      <main className={css.page}>
        <form
          className={css.form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <div>
            <h1>{text.company.createTitle}</h1>
            <p className="sec">{text.company.createSub}</p>
          </div>
          <TextInput label={text.company.name} value={form.company} error={shown(wrong.company)} maxLength={200} autoFocus onChange={(event) => set("company", event.currentTarget.value)} />
          <div className={css.pair}>
            <NativeSelect label={text.company.currency} value={form.currency} data={known} onChange={(event) => set("currency", event.currentTarget.value)} />
            <DayField label={text.company.booksStart} value={form.books_start} error={shown(wrong.books_start)} description={text.company.booksStartHelp} onChange={(day) => set("books_start", day)} />
          </div>
          <NativeSelect label={text.company.zone} value={form.zone} data={zones(zoneHere)} onChange={(event) => set("zone", event.currentTarget.value)} />
          <div className={css.pair}>
            <TextInput label={text.company.account} description={text.company.accountHelp} value={form.account} maxLength={100} onChange={(event) => set("account", event.currentTarget.value)} />
            <AmountField label={text.company.opening} value={form.opening} currency={form.currency} onChange={(amount) => set("opening", amount)} />
          </div>
          {needsPassphrase ? (
            <>
              <p className="small sec">{text.company.passphraseHelp}</p>
              <div className={css.pair}>
                <PasswordInput label={text.company.passphrase} value={passphrase} error={shown(wrong.passphrase)} autoComplete="new-password" onChange={(event) => set("passphrase", event.currentTarget.value)} />
                <PasswordInput label={text.company.passphraseAgain} value={again} error={shown(wrong.again)} autoComplete="new-password" onChange={(event) => setAgain(event.currentTarget.value)} />
              </div>
            </>
          ) : null}
          {create.error ? <ErrorState title={text.company.failed} error={create.error} /> : null}
          <div className={css.actions}>
            <Action type="submit" look="primary" size="tall" combo="Mod Enter" disabled={create.isPending}>
              {create.isPending ? text.company.creating : text.company.create}
            </Action>
            <Action look="plain" size="tall" onClick={onBack}>
              {text.company.back}
            </Action>
          </div>
        </form>
      </main>
    </FormatProvider>
  );
}
