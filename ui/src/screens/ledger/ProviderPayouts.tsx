import { useState } from "react";
import type { ProviderPayoutRow } from "../../api/bindings";
import { useQueryApi, useRows } from "../../api/hooks";
import { useClock } from "../../shared/company";
import { dateText, dayIn, daysLater } from "../../shared/format/time";
import { isZero } from "../../shared/format/money";
import { Money } from "../../shared/Money";
import { navigate, routeHref } from "../../shared/route";
import { EmptyState, LoadingRows, Problem, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { When } from "../../shared/When";
import css from "./Ledger.module.css";

const words = text.tieOut;
/** Banks book a deposit a day or two after it was promised. */
const PATIENCE_DAYS = 3;
const NONE: number[] = [];

function entry(number: number | null) {
  return number === null ? null : <a href={routeHref("ledger", "journal", String(number))}>{number}</a>;
}

function State({ row }: { row: ProviderPayoutRow }) {
  const clock = useClock();
  if (row.state !== "underway") return <>{words.states[row.state] ?? row.state}</>;
  const expected = dateText(row.expected_on, clock);
  if (daysLater(row.expected_on, PATIENCE_DAYS) < dayIn(clock.now, clock.zone)) return <span className="att">{words.late(expected)}</span>;
  return <>{words.expected(expected)}</>;
}

const COLUMNS: Column<ProviderPayoutRow>[] = [
  { key: "made", header: words.made, width: 88, tone: "secondary", cell: (row) => <When at={row.created_on} as="date" /> },
  { key: "payout", header: words.payout, width: "20%", tone: "name", cell: (row) => <span title={`${row.title} ${row.id}`}>{`${row.title} ${row.id}`}</span> },
  { key: "provider", header: words.providerSays, width: 116, align: "right", cell: (row) => <Money value={row.provider_says} /> },
  { key: "ledger", header: words.ledgerSays, width: 116, align: "right", cell: (row) => <Money value={row.ledger_says} /> },
  { key: "entries", header: text.ledger.entry, width: 116, tone: "secondary", cell: (row) => <span className="num">{entry(row.entry)} {entry(row.deposit)}</span> },
  { key: "bank", header: words.bankSays, width: 116, align: "right", cell: (row) => <Money value={row.bank_says} /> },
  {
    key: "line",
    header: words.bankLine,
    tone: "secondary",
    wrap: true,
    cell: (row) =>
      row.bank_line && row.bank_on ? (
        <a href={routeHref("money-in", "match", row.bank_line)}>
          <When at={row.bank_on} as="date" /> {row.bank_text}
        </a>
      ) : (
        <State row={row} />
      ),
  },
  { key: "unexplained", header: words.unexplained, width: 108, align: "right", tone: "strong", cell: (row) => <Money value={row.unexplained} tone={isZero(row.unexplained) ? undefined : "attention"} /> },
];

/** Each payout on one row: the provider, the ledger and the bank. Enter opens its entry. */
export function ProviderPayouts() {
  const index = useQueryApi("provider_payouts_index", {});
  const [window, setWindow] = useState({ first: 0, last: 40 });
  const [selected, setSelected] = useState<number | null>(null);
  const rows = useRows("provider_payouts_rows", index.data?.keys ?? NONE, window);
  const open = (key: number) => {
    const number = rows.row(key)?.deposit ?? rows.row(key)?.entry;
    if (number) navigate(routeHref("ledger", "journal", String(number)));
  };
  return (
    <>
      <Problem error={rows.error} />
      <Reply of={index} title={text.states.notShown(words.payouts)} loading={<LoadingRows rows={8} height={36} twoLine={false} />}>
        {(data) => (
          <>
            <VirtualTable
              label={words.payouts}
              noun={words.payoutNoun}
              columns={COLUMNS}
              keys={data.keys}
              row={rows.row}
              onWindow={setWindow}
              selected={selected}
              onSelect={setSelected}
              onOpen={open}
              empty={<EmptyState title={words.payoutsNone}>{words.payoutsNoneBody}</EmptyState>}
            />
            {data.keys.length > 0 ? <p className={`small sec ${css.note}`}>{words.payoutsMeaning}</p> : null}
          </>
        )}
      </Reply>
    </>
  );
}
