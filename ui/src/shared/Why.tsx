import type { ReactNode } from "react";
import { Money, type MoneyValue } from "./Money";
import { text } from "./text";
import css from "./Why.module.css";

export interface WhyRow {
  label: ReactNode;
  amount: MoneyValue;
  href?: string;
}

/** A number opened: its parts, a rule, the sum. The sum comes from the store like every part. */
export function Why({ title, parts, sum }: { title?: ReactNode; parts: WhyRow[]; sum: { label: ReactNode; amount: MoneyValue } | null }) {
  return (
    <div className={css.why}>
      {title ? <h3 className={`h2 ${css.title}`}>{title}</h3> : null}
      <table className={css.table}>
        <tbody>
          {parts.map((part, index) => (
            <tr key={index}>
              <td>
                {part.label}
                {part.href ? (
                  <>
                    {" "}
                    <a href={part.href}>{text.common.open}</a>
                  </>
                ) : null}
              </td>
              <td className="right">
                <Money value={part.amount} />
              </td>
            </tr>
          ))}
        </tbody>
        {sum ? (
          <tfoot>
            <tr>
              <th scope="row">{sum.label}</th>
              <td className="right strong">
                <Money value={sum.amount} strong />
              </td>
            </tr>
          </tfoot>
        ) : null}
      </table>
    </div>
  );
}

/** The postings of an entry: account, who, signed amount. */
export function Postings({ rows, dense = true }: { rows: { account: string; note: string; amount: MoneyValue }[]; dense?: boolean }) {
  return (
    <table className={dense ? css.postings : css.postingsWide}>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            <td>
              {row.account}
              {row.note ? <span className="ter"> {row.note}</span> : null}
            </td>
            <td className="right">
              <Money value={row.amount} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
