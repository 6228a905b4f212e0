import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { InvoiceRow } from "../../../api/bindings";
import { useQueryApi, useRows } from "../../../api/hooks";
import { Action } from "../../../shared/Action";
import { Body } from "../../../shared/Body";
import { isZero } from "../../../shared/format/money";
import { useKeys } from "../../../shared/keys/useKeys";
import { Money } from "../../../shared/Money";
import { navigate, routeHref, useRoute } from "../../../shared/route";
import { SearchField } from "../../../shared/SearchField";
import { Segments } from "../../../shared/Segments";
import { EmptyState, LoadingRows, Problem, Reply } from "../../../shared/States";
import { Tag } from "../../../shared/Tag";
import { text } from "../../../shared/text";
import { TopBar } from "../../../shared/TopBar";
import { useDelayed } from "../../../shared/useDelayed";
import { VirtualTable, type Column } from "../../../shared/VirtualTable";
import { When } from "../../../shared/When";
import css from "../Lists.module.css";
import { TableMoney } from "../TableMoney";
import { InvoicePane } from "./InvoicePane";

const words = text.moneyIn.invoices;
const FILTER_MS = 150;
const NONE: number[] = [];
const goNew = () => navigate(routeHref("money-in", "invoices", "new"));

const COLUMNS: Column<InvoiceRow>[] = [
  { key: "number", header: words.number, width: 148, tone: "secondary", cell: (row) => (row.state === "draft" ? words.draft : row.number) },
  { key: "customer", header: words.customer, tone: "name", cell: (row) => <span title={row.customer}>{row.customer}</span> },
  { key: "issued", header: words.issued, width: 74, tone: "secondary", cell: (row) => <When at={row.issued} as="date" /> },
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
  const [state, setState] = useState("all");
  const [typed, setTyped] = useState(route.query.get("text") ?? "");
  const asked = useDelayed(typed.trim(), FILTER_MS);
  const index = useQueryApi("invoices_index", { state, text: asked });
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
  const filtered = asked !== "" || state !== "all";
  const clear = () => {
    setTyped("");
    setState("all");
  };
  return (
    <>
      <TopBar section="money-in">
        <Action combo="N" icon={<IconPlus size={15} stroke={1.8} />} onClick={goNew}>
          {words.new}
        </Action>
      </TopBar>
      <Body
        side={704}
        fixed="main"
        railLabel={words.detail}
        main={
          <div className={css.page}>
            <div className={css.filters}>
              <Segments label={words.state} options={words.states} value={state} onChange={setState} />
              <div className={css.search}>
                <SearchField label={words.filter} placeholder={words.filterHint} value={typed} onChange={setTyped} />
              </div>
            </div>
            <Problem error={rows.error} />
            <Reply of={index} title={text.states.notShown(words.list)} loading={<LoadingRows rows={10} height={36} twoLine={false} />}>
              {(data) => (
                <>
                  <VirtualTable
                    label={words.list}
                    noun={words.noun}
                    columns={COLUMNS}
                    keys={data.keys}
                    row={rows.row}
                    onWindow={setWindow}
                    selected={selected}
                    onSelect={select}
                    empty={filtered ? <Filtered onClear={clear} /> : <Never />}
                  />
                  {data.total > 0 ? (
                    <p className={`small sec ${css.foot}`}>
                      <span className="num">{words.shown(data.keys.length, data.total)}</span>
                      <span>
                        {words.openSum(data.open_count)} <Money value={data.open_sum} />
                        {isZero(data.overdue_sum) ? null : (
                          <>
                            , {words.overdueSum} <Money value={data.overdue_sum} tone="attention" strong />
                          </>
                        )}
                      </span>
                    </p>
                  ) : null}
                </>
              )}
            </Reply>
          </div>
        }
        rail={<div className={css.rail}>{number === null ? <p className="sec">{words.choose}</p> : <InvoicePane key={number} number={number} />}</div>}
      />
    </>
  );
}

function Filtered({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState title={words.filteredTitle} actions={<Action onClick={onClear}>{text.states.clearFilter}</Action>}>
      {words.filteredBody}
    </EmptyState>
  );
}

function Never() {
  return (
    <EmptyState
      title={words.emptyTitle}
      actions={
        <>
          <Action look="primary" combo="N" onClick={goNew}>
            {words.new}
          </Action>
          <Action onClick={() => navigate("#/settings/accounts/import?kind=invoices")}>{words.importInvoices}</Action>
        </>
      }
    >
      {words.emptyBody}
    </EmptyState>
  );
}
