import type { ReactNode } from "react";
import css from "./Facts.module.css";

/** Label and value under each other, side by side in one row. */
export function FactRow({ facts }: { facts: { label: string; value: ReactNode }[] }) {
  return (
    <dl className={css.row}>
      {facts.map((fact) => (
        <div key={fact.label}>
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Label left, value right, one under the other: rails and envelopes. */
export function FactList({ facts }: { facts: { label: ReactNode; value: ReactNode; indent?: boolean; key?: string }[] }) {
  return (
    <dl className={css.list}>
      {facts.map((fact, index) => (
        <div key={fact.key ?? index} className={fact.indent ? css.indent : undefined}>
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A rail's block with its heading and a note at the right. */
export function RailBlock({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={css.block}>
      <div className="between">
        <h2>{title}</h2>
        {note ? <span className="small sec">{note}</span> : null}
      </div>
      {children}
    </section>
  );
}
