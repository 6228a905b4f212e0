import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { PaymentRow, PaymentsIndex } from "../../../api/bindings";
import { useQueryApi, useRows } from "../../../api/hooks";
import { Action } from "../../../shared/Action";
import { Body } from "../../../shared/Body";
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
import { PaymentPane } from "./PaymentPane";

const words = text.moneyIn.payments;
const goRecord = () => navigate(routeHref("money-in", "payments", "new"));

const COLUMNS: Column<PaymentRow>[] = [
  { key: "number", header: words.number, width: 132, tone: "secondary", sort: "number", sortFirst: "largest", cell: (row) => row.number },
  { key: "customer", header: words.customer, tone: "name", wrap: true, sort: "customer", cell: (row) => row.customer },
  { key: "method", header: words.method, width: 96, tone: "secondary", cell: (row) => words.methods[row.method] ?? row.method },
  { key: "received", header: words.received, width: 96, tone: "secondary", sort: "received", sortFirst: "largest", cell: (row) => <When at={row.received_on} as="date" /> },
  { key: "state", header: words.state, width: 104, cell: (row) => <State state={row.state} /> },
  { key: "amount", header: words.amount, width: 108, align: "right", tone: "strong", cell: (row) => <TableMoney value={row.amount} /> },
];

function State({ state }: { state: string }) {
  const word = words.words[state] ?? state;
  return state === "undeposited" ? <Tag>{word}</Tag> : <span className="sec">{word}</span>;
}

/** What was recorded by hand, newest first; one opened at the right. */
export function PaymentsPage() {
  const route = useRoute();
  const filters = useFilters("-received");
  const exporting = useFilteredExport("payments", filters);
  const index = useQueryApi("payments_index", { state: filters.state, text: filters.asked, sort: filters.sort });
  const [window, setWindow] = useState({ first: 0, last: 0 });
  const keys = index.data?.keys ?? NONE;
  const rows = useRows("payments_rows", keys, window);
  const [chosen, setChosen] = useState<number | null>(null);
  const routed = keys.find((key) => rows.row(key)?.number === route.id) ?? null;
  const first = keys[0] === undefined ? undefined : rows.row(keys[0]);
  const selected = route.id === null ? (chosen ?? first?.key ?? null) : (routed ?? chosen);
  const number = route.id ?? (selected === null ? null : (rows.row(selected)?.number ?? null));
  const select = (key: number) => {
    setChosen(key);
    const row = rows.row(key);
    if (row) navigate(routeHref("money-in", "payments", row.number), { replace: true });
  };
  useKeys("screen", [{ keys: ["N"], label: text.moneyIn.match.recordKey, hint: true, run: goRecord }]);
  return (
    <>
      <TopBar section="money-in">
        <ExportButton of={exporting} />
        <Action combo="N" icon={<IconPlus size={15} stroke={1.8} />} onClick={goRecord}>
          {text.moneyIn.match.record}
        </Action>
      </TopBar>
      <Body
        side={368}
        railLabel={words.detail}
        main={
          <RecordList
            wide
            words={words}
            route="/money-in/payments/"
            filters={filters}
            exporting={exporting}
            index={index}
            rows={rows}
            columns={COLUMNS}
            selected={selected}
            onSelect={select}
            onWindow={setWindow}
            never={<Never />}
            foot={(data) => (data.undeposited > 0 ? <Foot index={data} /> : null)}
          />
        }
        rail={<div className={css.rail}>{number === null ? <p className="sec">{words.choose}</p> : <PaymentPane key={number} number={number} />}</div>}
      />
    </>
  );
}

function Foot({ index }: { index: PaymentsIndex }) {
  return (
    <p className={`small sec ${css.foot}`}>
      <span />
      <span>
        {words.waiting(index.undeposited)} <Money value={index.undeposited_sum} strong />
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
          <Action look="primary" combo="N" onClick={goRecord}>
            {words.first}
          </Action>
          <Action onClick={() => navigate(routeHref("money-in", "match", "import"))}>{text.moneyIn.match.import}</Action>
        </>
      }
    >
      {words.emptyBody}
    </EmptyState>
  );
}

const NONE: number[] = [];
