import { useState } from "react";
import type { Batch } from "../../api/bindings";
import { Action } from "../../shared/Action";
import { Money } from "../../shared/Money";
import { text } from "../../shared/text";
import css from "./Confirm.module.css";

const words = text.confirm;
const FIRST = 3;

/** The first three payees; the rest is one line that opens. A fourth alone is simply shown. */
export function Payees({ batch }: { batch: Batch }) {
  const [all, setAll] = useState(false);
  const folds = batch.items.length > FIRST + 1;
  const shown = folds && !all ? batch.items.slice(0, FIRST) : batch.items;
  const rest = batch.items.length - shown.length;
  return (
    <table className={css.payees} aria-label={words.payees}>
      <tbody>
        {shown.map((item) => (
          <tr key={item.id}>
            <td>
              {item.payee}
              <span className={`small sec ${css.what}`}>
                {item.text}
                {item.destination ? `, ${item.destination}` : ""}
              </span>
            </td>
            <td>
              <Money value={item.amount} unit={false} strong />
            </td>
          </tr>
        ))}
        {folds ? (
          <tr>
            <td colSpan={2}>
              <Action look="link" aria-expanded={all} onClick={() => setAll(!all)}>
                {rest > 0 ? words.more(rest) : words.fewer}
              </Action>
            </td>
          </tr>
        ) : null}
      </tbody>
    </table>
  );
}
