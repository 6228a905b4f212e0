import { IconX } from "@tabler/icons-react";
import { useQueryApi } from "../../../api/hooks";
import { AmountField } from "../../../shared/fields";
import { Money } from "../../../shared/Money";
import { text } from "../../../shared/text";
import { When } from "../../../shared/When";
import type { Own } from "./choice";
import css from "./Match.module.css";

const words = text.moneyIn.match;

/** The invoices that you chose yourself, with how much goes to each where you split. */
export function OwnChoice({ own, currency, onChange }: { own: Own; currency: string; onChange: (own: Own | null) => void }) {
  const remove = (number: string) => {
    const targets = own.targets.filter((target) => target !== number);
    onChange(targets.length === 0 ? null : { ...own, targets });
  };
  return (
    <section className={css.candidate} aria-label={words.chosenByYou}>
      <span />
      <div>
        <div className="between">
          <h2 className={css.title}>{own.title}</h2>
          <span className="small sec">{own.split ? words.splitTitle : words.chosenByYou}</span>
        </div>
        <ul className={css.split}>
          {own.targets.map((number) => (
            <Target
              key={number}
              number={number}
              currency={currency}
              value={own.split ? (own.typed[number] ?? "") : null}
              onType={(amount) => onChange({ ...own, typed: { ...own.typed, [number]: amount } })}
              onRemove={() => remove(number)}
            />
          ))}
        </ul>
        {own.split ? <p className="small sec">{words.splitNote}</p> : null}
      </div>
    </section>
  );
}

function Target({ number, currency, value, onType, onRemove }: { number: string; currency: string; value: string | null; onType: (amount: string) => void; onRemove: () => void }) {
  const invoice = useQueryApi("invoice", { number });
  const row = invoice.data?.row.number === number ? invoice.data.row : undefined;
  return (
    <li>
      <span>
        <span className="name">{number}</span>{" "}
        <span className="small sec">
          {row ? (
            <>
              {row.customer}, {text.moneyIn.invoices.dueOn} <When at={row.due} as="date" />, {words.open} <Money value={row.open} />
            </>
          ) : null}
        </span>
      </span>
      {value === null ? <span /> : <AmountField label={words.amountFor(number)} hideLabel value={value} currency={currency} onChange={onType} />}
      <button type="button" className={css.remove} aria-label={words.remove(number)} onClick={onRemove}>
        <IconX size={15} stroke={1.8} />
      </button>
    </li>
  );
}
