import type { ReactNode } from "react";
import type { RecurringRatios } from "../../api/bindings";
import { FactList } from "../../shared/Facts";
import { useMoneyText, type MoneyValue } from "../../shared/Money";
import { text } from "../../shared/text";
import css from "./Reports.module.css";

const words = text.reports.ratios;

interface Shown {
  key: keyof typeof words.names;
  value: string | null;
  how: string;
}

/** What was kept and what was lost between the two days, each with its formula in words; n/a where it would divide by nothing. */
export function Ratios({ ratios }: { ratios: RecurringRatios }) {
  const money = useMoneyText();
  const percent = (value: string | null) => (value === null ? null : `${value} %`);
  const amount = (value: MoneyValue | null) => (value === null ? null : money(value));
  const rows: Shown[] = [
    { key: "revenue_per_customer", value: amount(ratios.revenue_per_customer), how: words.perCustomer },
    { key: "logo_churn", value: percent(ratios.logo_churn), how: words.logoChurn(ratios.customers_left, ratios.customers_at_start) },
    { key: "gross_churn", value: percent(ratios.gross_churn), how: words.grossChurn },
    { key: "net_retention", value: percent(ratios.net_retention), how: words.netRetention },
    { key: "gross_retention", value: percent(ratios.gross_retention), how: words.grossRetention },
    { key: "quick_ratio", value: ratios.quick_ratio, how: words.quickRatio },
    { key: "gross_margin", value: percent(ratios.gross_margin), how: words.grossMargin(money(ratios.income), money(ratios.fees)) },
    { key: "lifetime_value", value: amount(ratios.lifetime_value), how: words.lifetimeValue },
  ];
  return (
    <>
      <FactList facts={rows.map(({ key, value, how }) => ({ key, label: <span title={how}>{words.names[key]}</span>, value: <Value of={value} /> }))} />
      <details className={css.how}>
        <summary className="small">{words.how}</summary>
        <dl className="small">
          {rows.map(({ key, how }) => (
            <div key={key}>
              <dt>{words.names[key]}</dt>
              <dd className="sec">{how}</dd>
            </div>
          ))}
        </dl>
        <p className="small sec">{words.nothing}</p>
      </details>
    </>
  );
}

function Value({ of }: { of: string | null }): ReactNode {
  return of === null ? (
    <span className="sec" title={words.nothing}>
      {words.none}
    </span>
  ) : (
    <span className="num">{of}</span>
  );
}
