import type { AllocationForm, PaymentForm, PaymentPreview } from "../../../api/bindings";
import { Action } from "../../../shared/Action";
import { ShareBar } from "../../../shared/Desk";
import { AmountField } from "../../../shared/fields";
import { isZero } from "../../../shared/format/money";
import { Money, useMoneyText } from "../../../shared/Money";
import { text } from "../../../shared/text";
import { When } from "../../../shared/When";
import css from "./Record.module.css";

const words = text.moneyIn.record;

interface Props {
  form: PaymentForm;
  preview: PaymentPreview | undefined;
  name: string;
  problem: string | undefined;
  onChange: (allocations: AllocationForm[]) => void;
}

/** Oldest first and editable; the bar; what is left over and where it goes. */
export function Allocations({ form, preview, name, problem, onChange }: Props) {
  const rows = preview?.rows ?? [];
  const own = form.allocations.length > 0;
  const typed = (invoice: string) => form.allocations.find((row) => row.invoice === invoice)?.amount;
  const change = (invoice: string, amount: string) => {
    onChange(rows.map((row) => ({ invoice: row.invoice, amount: row.invoice === invoice ? amount : (typed(row.invoice) ?? row.apply.amount) })));
  };
  return (
    <section className={css.section} aria-label={words.pays}>
      <div className="between">
        <h2>{words.pays}</h2>
        {rows.length > 0 ? (
          own ? (
            <Action look="link" onClick={() => onChange([])}>
              {words.oldestAgain}
            </Action>
          ) : (
            <span className="small sec">{words.oldest}</span>
          )
        ) : null}
      </div>
      {rows.length === 0 ? (
        <p className="sec">{form.customer === "" ? words.chooseCustomer : preview ? words.nothingOpen : null}</p>
      ) : (
        <table className={css.table} aria-label={words.pays}>
          <thead>
            <tr>
              <th scope="col">{words.invoice}</th>
              <th scope="col">{words.due}</th>
              <th scope="col" className="right">{words.total}</th>
              <th scope="col" className="right">{words.open}</th>
              <th scope="col" className={`right ${css.apply}`}>{words.apply}</th>
              <th scope="col" className="right">{words.left}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.invoice}>
                <td className="name">{row.invoice}</td>
                <td className={row.days_late > 0 ? "att" : "sec"}>
                  <When at={row.due} as="date" />
                  {row.days_late > 0 ? `, ${words.late(row.days_late)}` : null}
                </td>
                <td className="right">
                  <Money value={row.total} unit={false} tone="secondary" />
                </td>
                <td className="right">
                  <Money value={row.open} unit={false} />
                </td>
                <td className="right">
                  <AmountField label={`${words.apply} ${row.invoice}`} hideLabel value={typed(row.invoice) ?? row.apply.amount} currency={row.apply.currency} onChange={(amount) => change(row.invoice, amount)} />
                </td>
                <td className="right">
                  <Money value={row.left} unit={false} tone="secondary" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {problem ? (
        <p className="danger small" role="alert">
          {problem}
        </p>
      ) : null}
      {preview ? <Rest preview={preview} name={name} /> : null}
    </section>
  );
}

function Rest({ preview, name }: { preview: PaymentPreview; name: string }) {
  const money = useMoneyText();
  const paid = preview.rows.filter((row) => !isZero(row.apply));
  const over = !isZero(preview.credit);
  if (paid.length === 0 && !over) return null;
  // Widths only.
  const parts = [
    ...paid.map((row) => ({ share: Number(row.apply.amount), kind: "paid" as const })),
    ...(over ? [{ share: Number(preview.credit.amount), kind: "rest" as const }] : []),
  ];
  return (
    <>
      <ShareBar label={words.bar(money(preview.applied), money(preview.credit))} parts={parts} />
      <div className={css.rest}>
        <span className="sec">
          <Money value={preview.applied} strong /> {words.to(paid.length)}
        </span>
        {over ? (
          <span>
            <span className="in strong">
              <Money value={preview.credit} tone="in" strong /> {words.leftOver}
            </span>{" "}
            {words.becomes(name)}
          </span>
        ) : null}
      </div>
    </>
  );
}
