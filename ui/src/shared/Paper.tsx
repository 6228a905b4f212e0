import type { ReactNode } from "react";
import css from "./Paper.module.css";

/** A document as it will be printed: always white, also at night. */
export function Paper({ label, children }: { label: string; children: ReactNode }) {
  return (
    <article className={css.paper} aria-label={label} data-mantine-color-scheme="light">
      {children}
    </article>
  );
}

/** Letterhead: who writes, what it is. */
export function PaperHead({ from, lines, kind, facts }: { from: string; lines: string[]; kind: string; facts: ReactNode[] }) {
  return (
    <header className={css.head}>
      <div>
        <div className={css.company}>{from}</div>
        {lines.map((line, index) => (
          <div key={index} className={css.fine}>
            {line}
          </div>
        ))}
      </div>
      <div className="right">
        <div className={css.kind}>{kind}</div>
        {facts.map((fact, index) => (
          <div key={index} className={css.fine}>
            {fact}
          </div>
        ))}
      </div>
    </header>
  );
}

/** A labelled block: "Bill to", "Received from". */
export function PaperBlock({ label, strong, lines }: { label: string; strong?: ReactNode; lines: ReactNode[] }) {
  return (
    <div>
      <div className={css.fine}>{label}</div>
      {strong ? <div className={css.strong}>{strong}</div> : null}
      {lines.map((line, index) => (
        <div key={index} className={css.fine}>
          {line}
        </div>
      ))}
    </div>
  );
}

/** The lines of the paper with their total. */
export function PaperTable({ columns, rows, total }: { columns: string[]; rows: ReactNode[][]; total: ReactNode[] }) {
  return (
    <table className={css.table}>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th key={column} scope="col" className={index === 0 ? undefined : "right"}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, at) => (
              <td key={at} className={at === 0 ? undefined : "right num"}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={Math.max(1, columns.length - total.length + 1)}>
            {total[0]}
          </th>
          {total.slice(1).map((cell, index) => (
            <td key={index} className="right num">
              {cell}
            </td>
          ))}
        </tr>
      </tfoot>
    </table>
  );
}
