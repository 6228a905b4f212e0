import { useMemo, useState } from "react";
import type { RecurringPart } from "../../api/bindings";
import { isZero } from "../../shared/format/money";
import { Money } from "../../shared/Money";
import { EmptyState } from "../../shared/States";
import { text } from "../../shared/text";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { openCustomer } from "./Movements";
import css from "./Reports.module.css";

const words = text.reports;

function state(row: RecurringPart): string {
  if (row.left_out !== null) return row.left_out;
  if (row.past_due) return words.pastDue;
  if (row.discount_unknown) return words.unknownDiscount;
  return isZero(row.discount) ? words.counts : words.discounted;
}

const COLUMNS: Column<RecurringPart>[] = [
  { key: "customer", header: words.customer, width: "26%", tone: "name", cell: (row) => <span title={row.customer_name}>{row.customer_name}</span> },
  { key: "plan", header: words.plan, tone: "secondary", wrap: true, cell: (row) => row.plan },
  { key: "state", header: words.state, width: "20%", tone: "secondary", wrap: true, cell: state },
  { key: "discount", header: words.discount, width: 92, align: "right", tone: "secondary", cell: (row) => (isZero(row.discount) ? "" : <Money value={row.discount} unit={false} />) },
  { key: "amount", header: words.amount, width: 98, align: "right", tone: "strong", cell: (row) => <Money value={row.amount} unit={false} tone={isZero(row.amount) ? "secondary" : undefined} /> },
];

/** Everything that makes the sum up, and what does not count with the reason; Enter opens the customer. */
export function Subscriptions({ parts }: { parts: RecurringPart[] }) {
  const [selected, setSelected] = useState<number | null>(null);
  // What counts first: the rest explains what is missing.
  const rows = useMemo(() => [...parts.filter((part) => part.left_out === null), ...parts.filter((part) => part.left_out !== null)], [parts]);
  const keys = useMemo(() => rows.map((_, index) => index), [rows]);
  return (
    <section className={css.table} aria-label={words.subscriptions}>
      <div className={css.tableHead}>
        <h2>{words.subscriptionsCount(rows.length)}</h2>
      </div>
      <VirtualTable
        label={words.subscriptions}
        noun={words.planNoun}
        columns={COLUMNS}
        keys={keys}
        row={(key) => rows[key]}
        height={30}
        selected={selected}
        onSelect={setSelected}
        onOpen={(key) => openCustomer(rows[key]?.customer_id)}
        empty={<EmptyState title={words.none}>{words.noneYet}</EmptyState>}
      />
    </section>
  );
}
