import type { Today as TodayData } from "../../api/bindings";
import { useClock } from "../../shared/company";
import { FactList, RailBlock } from "../../shared/Facts";
import { isZero } from "../../shared/format/money";
import { Money, useMoneyText } from "../../shared/Money";
import { Spark } from "../../shared/Spark";
import { dateText } from "../../shared/format/time";
import { routeHref } from "../../shared/route";
import { text } from "../../shared/text";
import { When } from "../../shared/When";
import { Missed } from "../automations/Missed";
import { Glance } from "./Glance";
import css from "./Today.module.css";

/** Usable cash with its parts, what is owed, what ran. */
export function Rail({ data }: { data: TodayData }) {
  const money = useMoneyText();
  const clock = useClock();
  const first = data.cash_line[0];
  const last = data.cash_line[data.cash_line.length - 1];
  return (
    <div className={css.rail}>
      <section aria-label={text.today.cash}>
        <div className="label">
          <a href={routeHref("ledger", "tie-out")}>{text.today.cash}</a>
        </div>
        <Money value={data.cash} figure />
        {first && last && data.cash_line.length > 1 ? (
          <>
            <Spark
              amounts={data.cash_line.map((point) => point.amount.amount)}
              label={text.today.cashLine(`${money(first.amount)} on ${dateText(first.date, clock)}`, money(last.amount))}
            />
            <p className="small sec">{text.today.cashSpan}</p>
          </>
        ) : null}
        <div className={css.parts}>
          <FactList facts={data.cash_parts.map((part) => ({ key: part.name, label: <a href={routeHref("ledger", "journal", null, { account: part.account })}>{part.name}</a>, value: <Money value={part.amount} /> }))} />
        </div>
        <div className={css.owed}>
          <FactList
            facts={[
              { key: "owed", label: text.today.owed(data.owed_count), value: <Money value={data.owed} /> },
              ...(isZero(data.overdue) ? [] : [{ key: "overdue", label: text.today.overdue, value: <Money value={data.overdue} tone="attention" />, indent: true }]),
            ]}
          />
        </div>
      </section>
      <Glance />
      <Missed />
      <RailBlock title={text.today.ran}>
        {data.ran.length === 0 ? <p className="small sec">{text.today.ranNothing}</p> : null}
        <ul className={css.ran}>
          {data.ran.slice(0, 12).map((run, index) => (
            <li key={index}>
              <span className="sec">
                <When at={run.at} as="time" />
              </span>
              <span className="grow">{run.text}</span>
              <span className={run.failed ? "danger" : "sec"}>{run.result}</span>
            </li>
          ))}
        </ul>
      </RailBlock>
    </div>
  );
}
