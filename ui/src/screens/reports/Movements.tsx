import { useMemo, useState } from "react";
import type { RecurringChange, RecurringFlow } from "../../api/bindings";
import { Money, useMoneyText } from "../../shared/Money";
import { navigate, routeHref } from "../../shared/route";
import { EmptyState } from "../../shared/States";
import { text } from "../../shared/text";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { When } from "../../shared/When";
import css from "./Reports.module.css";

const words = text.reports;

const COLUMNS: Column<RecurringChange>[] = [
  { key: "customer", header: words.customer, width: "24%", tone: "name", cell: (row) => <span title={row.customer_name}>{row.customer_name}</span> },
  { key: "kind", header: words.movement, width: 100, cell: (row) => words.kinds[row.kind] ?? row.kind },
  { key: "on", header: words.day, width: 72, tone: "secondary", cell: (row) => (row.on ? <When at={row.on} as="date" /> : "") },
  { key: "what", header: words.what, tone: "secondary", wrap: true, cell: (row) => row.text },
  { key: "before", header: words.before, width: 92, align: "right", tone: "secondary", cell: (row) => <Money value={row.before} unit={false} /> },
  { key: "after", header: words.after, width: 92, align: "right", tone: "secondary", cell: (row) => <Money value={row.after} unit={false} /> },
  { key: "change", header: words.changed, width: 98, align: "right", tone: "strong", cell: (row) => <Money value={row.amount} unit={false} sign="movement" /> },
];

/** Every customer whose month is another one; Enter opens the customer. */
export function Movements({ changes, flow }: { changes: RecurringChange[]; flow: RecurringFlow }) {
  const money = useMoneyText();
  const [selected, setSelected] = useState<number | null>(null);
  const keys = useMemo(() => changes.map((_, index) => index), [changes]);
  return (
    <section className={css.table} aria-label={words.movements}>
      <div className={css.tableHead}>
        <h2>{words.movementsCount(changes.length)}</h2>
        {changes.length > 0 ? <span className="small sec">{words.addUp(money(flow.change, "movement"))}</span> : null}
      </div>
      <VirtualTable
        label={words.movements}
        noun={words.noun}
        columns={COLUMNS}
        keys={keys}
        row={(key) => changes[key]}
        height={30}
        selected={selected}
        onSelect={setSelected}
        onOpen={(key) => openCustomer(changes[key]?.customer_id)}
        empty={<EmptyState title={words.noMovements}>{words.noMovementsBody}</EmptyState>}
      />
    </section>
  );
}

/** The customer of a row, where they are known. */
export function openCustomer(id: string | null | undefined): void {
  if (id) navigate(routeHref("customers", id));
}
