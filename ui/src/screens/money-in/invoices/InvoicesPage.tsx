import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { InvoiceRow, InvoicesIndex } from "../../../api/bindings";
import { useQueryApi, useRows } from "../../../api/hooks";
import { Action } from "../../../shared/Action";
import { Body } from "../../../shared/Body";
import { isZero } from "../../../shared/format/money";
import { useKeys } from "../../../shared/keys/useKeys";
import { ExportButton } from "../../../shared/listExport";
import { Money } from "../../../shared/Money";
import { navigate, routeHref, useRoute } from "../../../shared/route";
import { EmptyState } from "../../../shared/States";
import { Tag } from "../../../shared/Tag";
import { text } from "../../../shared/text";
import { TopBar } from "../../../shared/TopBar";
import type { Column } from "../../../shared/VirtualTable";
import { When } from "../../../shared/When";
import css from "../Lists.module.css";
import { RecordList, useFilteredExport, useFilters } from "../RecordList";
import { TableMoney } from "../TableMoney";
import { InvoicePane } from "./InvoicePane";

const words = text.moneyIn.invoices;
const NONE: number[] = [];
const goNew = () => navigate(routeHref("money-in", "invoices", "new"));

const COLUMNS: Column<InvoiceRow>[] = [
  { key: "number", header: words.number, width: 148, tone: "secondary", sort: "number", sortFirst: "largest", cell: (row) => (row.state === "draft" ? words.draft : row.number) },
  { key: "customer", header: words.customer, tone: "name", sort: "customer", cell: (row) => <span title={row.customer}>{row.customer}</span> },
  { key: "issued", header: words.issued, width: 82, tone: "secondary", sort: "issued", sortFirst: "largest", cell: (row) => <When at={row.issued} as="date" /> },
  { key: "state", header: words.state, width: 106, cell: (row) => <State row={row} /> },
  { key: "total", header: words.total, width: 100, align: "right", cell: (row) => <TableMoney value={row.total} /> },
  { key: "open", header: words.open, width: 104, align: "right", tone: "strong", cell: (row) => (row.state === "draft" ? "–" : <TableMoney value={row.open} tone={isZero(row.open) ? "secondary" : "plain"} />) },
];

/** Only what wants something has a tag; the rest is a plain word. */
function State({ row }: { row: InvoiceRow }) {
  const word = words.words[row.state] ?? row.state;
  if (row.state === "overdue") return <Tag tone="attention">{words.overdue(row.days_overdue)}</Tag>;
  if (row.state === "paid_late") return <Tag tone="attention">{word}</Tag>;
  if (row.state === "open" || row.state === "partly_paid") return <Tag>{word}</Tag>;
  return <span className="sec">{word}</span>;
}

/** The list at the left, the paper of one at the right. */
export function InvoicesPage() {
  const route = useRoute();
  const filters = useFilters("-issued");
  const exporting = useFilteredExport("invoices", filters);
  const index = useQueryApi("invoices_index", { state: filters.state, text: filters.asked, sort: filters.sort });
  const [window, setWindow] = useState({ first: 0, last: 0 });
  const keys = index.data?.keys ?? NONE;
  const rows = useRows("invoices_rows", keys, window);
  // A draft has no number, so the address names its id.
  const nameOf = (row: InvoiceRow) => (row.state === "draft" ? row.id : row.number);
  const [chosen, setChosen] = useState<number | null>(null);
  const routed = keys.find((key) => {
    const row = rows.row(key);
    return row !== undefined && (row.number === route.id || row.id === route.id);
  });
  const first = keys[0] === undefined ? undefined : rows.row(keys[0]);
  const selected = route.id === null ? (chosen ?? first?.key ?? null) : (routed ?? chosen);
  const selectedRow = selected === null ? undefined : rows.row(selected);
  const number = route.id ?? (selectedRow ? nameOf(selectedRow) : null);
  const select = (key: number) => {
    setChosen(key);
    const row = rows.row(key);
    if (row) navigate(routeHref("money-in", "invoices", nameOf(row)), { replace: true });
  };
  useKeys("screen", [{ keys: ["N"], label: words.newKey, hint: true, run: goNew }]);
  return (
    <>
      <TopBar section="money-in">
        <ExportButton of={exporting} />
        <Action combo="N" icon={<IconPlus size={15} stroke={1.8} />} onClick={goNew}>
          {words.new}
        </Action>
      </TopBar>
      <Body
        side={704}
        fixed="main"
        railLabel={words.detail}
        main={
          <RecordList
            words={words}
            route="/money-in/invoices/"
            filters={filters}
            exporting={exporting}
            index={index}
            rows={rows}
            columns={COLUMNS}
            selected={selected}
            onSelect={select}
            onWindow={setWindow}
            never={<Never />}
            foot={(data) => (data.total > 0 ? <Foot index={data} /> : null)}
          />
        }
        rail={<div className={css.rail}>{number === null ? <p className="sec">{words.choose}</p> : <InvoicePane key={number} number={number} />}</div>}
      />
    </>
  );
}

function Foot({ index }: { index: InvoicesIndex }) {
  return (
    <p className={`small sec ${css.foot}`}>
      <span className="num">{words.shown(index.keys.length, index.total)}</span>
      <span>
        {words.openSum(index.open_count)} <Money value={index.open_sum} />
        {isZero(index.overdue_sum) ? null : (
          <>
            , {words.overdueSum} <Money value={index.overdue_sum} tone="attention" strong />
          </>
        )}
      </span>
    </p>
  );
}

function Never() {
  return (
    <EmptyState
      title={words.emptyTitle}
      actions={
        <>
          <Action look="primary" combo="N" onClick={goNew}>
            {words.first}
          </Action>
          <Action onClick={() => navigate("#/settings/accounts/import?kind=invoices")}>{words.importInvoices}</Action>
        </>
      }
    >
      {words.emptyBody}
    </EmptyState>
  );
}
