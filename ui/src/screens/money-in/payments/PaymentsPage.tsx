import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { PaymentRow } from "../../../api/bindings";
import { useQueryApi, useRows } from "../../../api/hooks";
import { Action } from "../../../shared/Action";
import { Body } from "../../../shared/Body";
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
import { PaymentPane } from "./PaymentPane";

const words = text.moneyIn.payments;
const FILTER_MS = 150;
const goRecord = () => navigate(routeHref("money-in", "payments", "new"));

const COLUMNS: Column<PaymentRow>[] = [
  { key: "number", header: words.number, width: 148, tone: "secondary", cell: (row) => row.number },
  { key: "customer", header: words.customer, tone: "name", cell: (row) => <span title={row.customer}>{row.customer}</span> },
  { key: "method", header: words.method, width: 112, tone: "secondary", cell: (row) => words.methods[row.method] ?? row.method },
  { key: "received", header: words.received, width: 96, tone: "secondary", cell: (row) => <When at={row.received_on} as="date" /> },
  { key: "state", header: words.state, width: 120, cell: (row) => <State state={row.state} /> },
  { key: "amount", header: words.amount, width: 132, align: "right", tone: "strong", cell: (row) => <TableMoney value={row.amount} /> },
];

function State({ state }: { state: string }) {
  const word = words.words[state] ?? state;
  return state === "undeposited" ? <Tag>{word}</Tag> : <span className="sec">{word}</span>;
}

/** What was recorded by hand, newest first; one opened at the right. */
export function PaymentsPage() {
  const route = useRoute();
  const [state, setState] = useState("all");
  const [typed, setTyped] = useState(route.query.get("text") ?? "");
  const asked = useDelayed(typed.trim(), FILTER_MS);
  const index = useQueryApi("payments_index", { state, text: asked });
  const [window, setWindow] = useState({ first: 0, last: 0 });
  const keys = index.data?.keys ?? NONE;
  const rows = useRows("payments_rows", keys, window);
  const [chosen, setChosen] = useState<number | null>(null);
  const routed = keys.find((key) => rows.row(key)?.number === route.id) ?? null;
  const selected = route.id === null ? chosen : (routed ?? chosen);
  const number = route.id ?? (selected === null ? null : (rows.row(selected)?.number ?? null));
  const select = (key: number) => {
    setChosen(key);
    const row = rows.row(key);
    if (row) navigate(routeHref("money-in", "payments", row.number), { replace: true });
  };
  useKeys("screen", [{ keys: ["N"], label: text.moneyIn.match.recordKey, hint: true, run: goRecord }]);
  const filtered = asked !== "" || state !== "all";
  return (
    <>
      <TopBar section="money-in">
        <Action combo="N" icon={<IconPlus size={15} stroke={1.8} />} onClick={goRecord}>
          {text.moneyIn.match.record}
        </Action>
      </TopBar>
      <Body
        side={408}
        railLabel={words.detail}
        main={
          <div className={css.page}>
            <div className={css.filters}>
              <Segments label={words.state} options={words.states} value={state} onChange={setState} />
              <div className={css.searchWide}>
                <SearchField label={words.filter} placeholder={words.filterHint} value={typed} onChange={setTyped} />
              </div>
            </div>
            <Problem error={rows.error} />
            <Reply of={index} title={text.states.notShown(words.list)} loading={<LoadingRows rows={8} height={36} twoLine={false} />}>
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
                    empty={
                      filtered ? (
                        <EmptyState
                          title={words.filteredTitle}
                          actions={
                            <Action
                              onClick={() => {
                                setTyped("");
                                setState("all");
                              }}
                            >
                              {text.states.clearFilter}
                            </Action>
                          }
                        >
                          {words.filteredBody}
                        </EmptyState>
                      ) : (
                        <EmptyState
                          title={words.emptyTitle}
                          actions={
                            <>
                              <Action look="primary" combo="N" onClick={goRecord}>
                                {text.moneyIn.match.record}
                              </Action>
                              <Action onClick={() => navigate(routeHref("money-in", "match", "import"))}>{text.moneyIn.match.import}</Action>
                            </>
                          }
                        >
                          {words.emptyBody}
                        </EmptyState>
                      )
                    }
                  />
                  {data.undeposited > 0 ? (
                    <p className={`small sec ${css.foot}`}>
                      <span />
                      <span>
                        {words.waiting(data.undeposited)} <Money value={data.undeposited_sum} strong />
                      </span>
                    </p>
                  ) : null}
                </>
              )}
            </Reply>
          </div>
        }
        rail={<div className={css.rail}>{number === null ? <p className="sec">{words.choose}</p> : <PaymentPane key={number} number={number} />}</div>}
      />
    </>
  );
}

const NONE: number[] = [];
