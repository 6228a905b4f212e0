import type { WeekFact } from "../../api/bindings";
import { Money } from "../../shared/Money";
import { text } from "../../shared/text";
import { When } from "../../shared/When";
import css from "./Today.module.css";

/** Five dated facts, nothing to do. */
export function Week({ facts }: { facts: readonly WeekFact[] }) {
  if (facts.length === 0) return null;
  return (
    <section className={css.week} aria-label={text.today.week}>
      <div className={css.weekHead}>
        <h2>{text.today.week}</h2>
        <span className="small sec">{text.today.weekSub}</span>
      </div>
      <ul className={css.days}>
        {facts.slice(0, 5).map((fact, index) => (
          <li key={index}>
            <div className="small sec">
              <When at={fact.date} as="weekday" />
            </div>
            <div className="small">{fact.text}</div>
            {fact.amount ? <Money value={fact.amount} sign="movement" strong /> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
