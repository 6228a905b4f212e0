import { useMemo, useState } from "react";
import type { ChargeRow } from "../../../api/bindings";
import { useQueryApi } from "../../../api/hooks";
import { Action } from "../../../shared/Action";
import { Body } from "../../../shared/Body";
import { Money } from "../../../shared/Money";
import { navigate, routeHref, useRoute } from "../../../shared/route";
import { ClearedState, EmptyState, LoadingRows, Reply } from "../../../shared/States";
import { text } from "../../../shared/text";
import { TopBar } from "../../../shared/TopBar";
import { VirtualTable, type Column } from "../../../shared/VirtualTable";
import { When } from "../../../shared/When";
import css from "../Lists.module.css";
import { CardDesk } from "./CardDesk";

const words = text.moneyIn.cards;

const COLUMNS: Column<ChargeRow>[] = [
  { key: "on", header: words.on, width: 80, tone: "secondary", cell: (row) => (row.on ? <When at={row.on} as="date" /> : "") },
  { key: "customer", header: words.customer, width: "28%", tone: "name", cell: (row) => <span title={row.customer_name}>{row.customer_name || words.nobody}</span> },
  { key: "what", header: words.what, tone: "secondary", wrap: true, cell: (row) => row.text || row.id },
  { key: "amount", header: words.amount, width: 120, align: "right", tone: "strong", cell: (row) => <Money value={row.amount} /> },
];

/** Money at a provider that has no invoice: it waits in Suspense until it is told, or until you say what it is. */
export function CardsPage() {
  const route = useRoute();
  const waiting = useQueryApi("charges_waiting", {});
  const connections = useQueryApi("connections", {});
  const [chosen, setChosen] = useState<number | null>(null);
  const rows = useMemo(() => waiting.data?.rows ?? [], [waiting.data]);
  const keys = useMemo(() => rows.map((_, index) => index), [rows]);
  const routed = route.id === null ? -1 : rows.findIndex((row) => row.id === route.id);
  const selected = routed >= 0 ? routed : chosen !== null && chosen < rows.length ? chosen : rows.length > 0 ? 0 : null;
  const row = selected === null ? undefined : rows[selected];
  const select = (key: number) => {
    setChosen(key);
    const next = rows[key];
    if (next) navigate(routeHref("money-in", "cards", next.id), { replace: true });
  };
  const isConnected = connections.data?.connections.some((each) => each.provider === "stripe") ?? true;
  return (
    <>
      <TopBar section="money-in" />
      <Body
        side={400}
        railLabel={words.detail}
        main={
          <div className={css.page}>
            <div className={css.filters}>
              <p className="sec">{words.sub}</p>
            </div>
            <Reply of={waiting} title={text.states.notShown(words.list)} loading={<LoadingRows rows={6} height={36} twoLine={false} />}>
              {() => <VirtualTable label={words.list} noun={words.noun} columns={COLUMNS} keys={keys} row={(key) => rows[key]} selected={selected} onSelect={select} empty={isConnected ? <Cleared /> : <Never />} />}
            </Reply>
          </div>
        }
        rail={<div className={css.rail}>{row ? <CardDesk key={row.id} row={row} /> : <p className="sec">{words.choose}</p>}</div>}
      />
    </>
  );
}

function Cleared() {
  return <ClearedState title={words.clearedTitle}>{words.clearedBody}</ClearedState>;
}

function Never() {
  return (
    <EmptyState
      title={words.emptyTitle}
      actions={
        <Action look="primary" onClick={() => navigate(routeHref("settings", "connections"))}>
          {words.connect}
        </Action>
      }
    >
      {words.emptyBody}
    </EmptyState>
  );
}
