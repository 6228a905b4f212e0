import { TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useCommand } from "../../../api/hooks";
import { Action } from "../../../shared/Action";
import { useFormat } from "../../../shared/company";
import { AmountField, DayField } from "../../../shared/fields";
import { useKeys } from "../../../shared/keys/useKeys";
import { navigate, routeHref } from "../../../shared/route";
import { ErrorState } from "../../../shared/States";
import { text } from "../../../shared/text";
import { TopBar } from "../../../shared/TopBar";
import { useUndo } from "../../../shared/Undo";
import { CustomerField } from "../CustomerField";
import css from "../Lists.module.css";

const words = text.moneyIn.invoices.form;
const back = () => navigate(routeHref("money-in", "invoices"));

interface LineDraft {
  id: number;
  text: string;
  quantity: string;
  price: string;
  tax: string;
}

/** A new invoice: who, what, when. The number, the total and the tax are the engine's. */
export function InvoiceFormPage() {
  const { currency } = useFormat();
  const next = useRef(2);
  const [customer, setCustomer] = useState({ id: "", name: "" });
  const [issued, setIssued] = useState("");
  const [due, setDue] = useState("");
  const [lines, setLines] = useState<LineDraft[]>([{ id: 1, text: "", quantity: "1", price: "", tax: "" }]);
  const [tried, setTried] = useState(false);
  const create = useCommand("invoice_create");
  const { show } = useUndo();

  const change = (id: number, part: Partial<LineDraft>) => setLines((before) => before.map((line) => (line.id === id ? { ...line, ...part } : line)));
  const whole = (quantity: string) => /^[1-9]\d{0,6}$/.test(quantity.trim());
  const right = customer.id !== "" && lines.every((line) => line.text.trim() !== "" && line.price !== "" && whole(line.quantity));
  const submit = (issue: boolean) => {
    setTried(true);
    if (!right || create.isPending) return;
    create.mutate(
      {
        customer: customer.id,
        currency,
        issued,
        due,
        lines: lines.map((line) => ({ text: line.text, quantity: Number(line.quantity), price: line.price, tax_percent: line.tax.trim() })),
        issue,
      },
      {
        onSuccess: (made) => {
          show(made.done);
          navigate(routeHref("money-in", "invoices", made.number));
        },
      },
    );
  };
  useKeys("screen", [
    { keys: ["Mod Enter"], label: words.key, hint: true, whileTyping: true, run: () => submit(true) },
    { keys: ["Esc"], label: words.leave, hint: true, whileTyping: true, run: back },
  ]);
  // The engine names the field in its code: form_due, form_lines.
  const field = create.error?.code.startsWith("form_") ? create.error.code.slice(5) : null;
  const say = (name: string) => (field === name ? create.error?.message : undefined);
  return (
    <>
      <TopBar section="money-in" />
      <form
        className={css.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit(true);
        }}
      >
        <h1>{words.title}</h1>
        <div className={css.two}>
          <CustomerField
            label={words.customer}
            placeholder={words.customerHint}
            nothing={text.moneyIn.record.noCustomer}
            value={customer.id}
            name={customer.name}
            error={tried && customer.id === "" ? words.customerMissing : say("customer")}
            autoFocus
            onChange={(row) => setCustomer({ id: row?.id ?? "", name: row?.name ?? "" })}
          />
          <DayField label={words.issued} value={issued} error={say("issued")} onChange={setIssued} />
          <DayField label={words.due} value={due} description={words.dueHelp} error={say("due")} onChange={setDue} />
        </div>
        <section className={css.lines} aria-label={words.lines}>
          <h2>{words.lines}</h2>
          <ul>
            {lines.map((line, index) => (
              <li key={line.id} aria-label={words.line(index + 1)}>
                <TextInput label={words.text} value={line.text} maxLength={300} autoComplete="off" error={tried && line.text.trim() === "" ? words.textMissing : undefined} onChange={(event) => change(line.id, { text: event.currentTarget.value })} />
                <TextInput label={words.quantity} value={line.quantity} inputMode="numeric" maxLength={7} autoComplete="off" error={tried && !whole(line.quantity) ? words.quantityWrong : undefined} styles={{ input: { textAlign: "right" } }} onChange={(event) => change(line.id, { quantity: event.currentTarget.value })} />
                <AmountField label={words.price} value={line.price} currency={currency} error={tried && line.price === "" ? words.priceMissing : undefined} onChange={(price) => change(line.id, { price })} />
                <TextInput label={words.tax} value={line.tax} inputMode="decimal" maxLength={8} autoComplete="off" styles={{ input: { textAlign: "right" } }} onChange={(event) => change(line.id, { tax: event.currentTarget.value })} />
                {lines.length > 1 ? (
                  <button type="button" className={css.remove} aria-label={words.remove(index + 1)} onClick={() => setLines((before) => before.filter((other) => other.id !== line.id))}>
                    <IconX size={15} stroke={1.8} />
                  </button>
                ) : (
                  <span />
                )}
              </li>
            ))}
          </ul>
          <Action look="link" onClick={() => setLines((before) => [...before, { id: next.current++, text: "", quantity: "1", price: "", tax: "" }])}>
            {words.add}
          </Action>
          {say("lines") ? (
            <p className="danger" role="alert">
              {say("lines")}
            </p>
          ) : null}
        </section>
        <p className={`small sec ${css.section}`}>{words.note}</p>
        {create.error && !["customer", "issued", "due", "lines"].includes(field ?? "") ? <ErrorState title={words.failed} error={create.error} /> : null}
        <div className={css.actions}>
          <Action type="submit" look="primary" size="tall" combo="Mod Enter" disabled={create.isPending}>
            {words.issue}
          </Action>
          <Action size="tall" disabled={create.isPending} onClick={() => submit(false)}>
            {words.draft}
          </Action>
          <Action look="plain" size="tall" combo="Esc" onClick={back}>
            {text.common.cancel}
          </Action>
        </div>
      </form>
    </>
  );
}
