import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ApiError } from "../../api/client";
import { LoadingRows, Problem, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import css from "./Settings.module.css";

export interface PlainColumn<Row> {
  header: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  align?: "right";
  tone?: "secondary";
}

interface Props<Row> {
  label: string;
  of: UseQueryResult<Row[], ApiError>;
  rowKey: (row: Row) => string;
  /** The first names the row. */
  columns: readonly PlainColumn<Row>[];
  /** What can be done with a row, at its end. */
  act?: (row: Row) => ReactNode;
  /** Instead of an empty table. */
  none: ReactNode;
}

/** The short table of a settings page: read, empty, failed or full. */
export function PlainTable<Row>({ label, of, rowKey, columns, act, none }: Props<Row>) {
  return (
    <Reply of={of} title={text.states.notShown(label)} loading={<LoadingRows rows={3} height={36} twoLine={false} />}>
      {(rows) =>
        rows.length === 0 ? (
          none
        ) : (
          <table className={css.table} aria-label={label}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.header} scope="col" className={column.align === "right" ? css.end : undefined}>
                    {column.header}
                  </th>
                ))}
                {act ? <td /> : null}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={rowKey(row)}>
                  {columns.map((column, index) =>
                    index === 0 ? (
                      <th key={column.header} scope="row">
                        {column.cell(row)}
                      </th>
                    ) : (
                      <td key={column.header} className={column.align === "right" ? css.endNum : column.tone === "secondary" ? "sec" : undefined}>
                        {column.cell(row)}
                      </td>
                    ),
                  )}
                  {act ? <td className={css.end}>{act(row)}</td> : null}
                </tr>
              ))}
            </tbody>
          </table>
        )
      }
    </Reply>
  );
}

/** A block of a settings page: heading, one sentence, the error of its acts, its table. */
export function TableBlock<Row>({ title, sub, error, ...table }: { title: string; sub: string; error?: ApiError | null } & Omit<Props<Row>, "label">) {
  return (
    <section className={css.block}>
      <h2>{title}</h2>
      <p className="sec">{sub}</p>
      <Problem error={error} />
      <PlainTable label={title} {...table} />
    </section>
  );
}
