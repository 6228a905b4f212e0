import type { HistoryLine } from "../../api/bindings";
import { routeHref } from "../../shared/route";
import { When } from "../../shared/When";
import css from "./Lists.module.css";

/** What happened, newest first. */
export function History({ title, lines }: { title: string; lines: readonly HistoryLine[] }) {
  if (lines.length === 0) return null;
  return (
    <section className={css.section} aria-label={title}>
      <h2>{title}</h2>
      <ul className={`small ${css.history}`}>
        {lines.map((line, index) => (
          <li key={index}>
            <span className="sec">
              <When at={line.at} />
            </span>
            <span>{line.text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The journal numbers of a record, each a link. */
export function EntryLinks({ entries }: { entries: readonly number[] }) {
  return (
    <>
      {entries.map((entry, index) => (
        <span key={entry}>
          {index > 0 ? ", " : ""}
          <a href={routeHref("ledger", "journal", String(entry))}>{entry}</a>
        </span>
      ))}
    </>
  );
}
