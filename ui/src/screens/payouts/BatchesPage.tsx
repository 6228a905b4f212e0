import { useMemo, useState } from "react";
import type { Batch } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { Money } from "../../shared/Money";
import { navigate, routeHref } from "../../shared/route";
import { SearchField } from "../../shared/SearchField";
import { EmptyState, LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { When } from "../../shared/When";
import { BatchState } from "./BatchState";
import css from "./Payouts.module.css";

const words = text.payouts;

const COLUMNS: Column<Batch>[] = [
  { key: "title", header: words.batch, tone: "name", cell: (row) => <span title={row.title}>{row.title}</span> },
  { key: "rail", header: words.by, width: 180, tone: "secondary", cell: (row) => row.rail },
  { key: "frozen", header: words.frozenAt, width: 120, tone: "secondary", cell: (row) => <When at={row.frozen_at} /> },
  { key: "state", header: words.state, width: 150, cell: (row) => <BatchState batch={row} /> },
  { key: "items", header: words.payees, width: 80, align: "right", tone: "secondary", cell: (row) => row.items.length },
  { key: "total", header: words.total, width: 140, align: "right", tone: "strong", cell: (row) => <Money value={row.total} /> },
];

/** Every batch, the ones that wait for you first. */
export function BatchesPage() {
  const batches = useQueryApi("batches", {});
  const [selected, setSelected] = useState<number | null>(null);
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const rows = useMemo(() => {
    const all = (batches.data?.batches ?? []).filter((row) => fits(row, wanted));
    return [...all.filter((row) => row.state === "proposed"), ...all.filter((row) => row.state !== "proposed")];
  }, [batches.data, wanted]);
  const keys = useMemo(() => rows.map((_, index) => index), [rows]);
  const waiting = rows.filter((row) => row.state === "proposed").length;
  const open = (key: number) => navigate(routeHref("payouts", "batches", rows[key]?.id ?? ""));
  return (
    <>
      <TopBar section="payouts" />
      <div className={css.page}>
        <div className={css.head}>
          <h1>{words.heading(rows.length)}</h1>
          <span className="sec">{waiting > 0 ? words.waiting(waiting) : words.noneWaiting}</span>
          <div className={css.filter}>
            <SearchField label={words.filter} placeholder={words.filterHint} value={typed} onChange={setTyped} />
          </div>
        </div>
        <Reply of={batches} title={text.states.notShown(text.nav.batches)} loading={<LoadingRows rows={5} height={34} twoLine={false} />}>
          {() => (
            <VirtualTable
              label={text.nav.batches}
              noun={words.noun}
              columns={COLUMNS}
              keys={keys}
              row={(key) => rows[key]}
              height={34}
              selected={selected ?? keys[0] ?? null}
              onSelect={setSelected}
              onOpen={open}
              empty={
                wanted !== "" ? (
                  <EmptyState title={text.lists.nearest.nothing(typed)} actions={<Action onClick={() => setTyped("")}>{text.states.clearFilter}</Action>}>
                    {words.filterNone}
                  </EmptyState>
                ) : (
                  <EmptyState title={words.emptyTitle} actions={<Action look="primary" onClick={() => navigate("#/money-in/payments")}>{words.goPayments}</Action>}>
                    {words.emptyBody}
                  </EmptyState>
                )
              }
            />
          )}
        </Reply>
      </div>
    </>
  );
}

/** By title, payee, rail or amount. There are at most 200 batches, all of them here. */
function fits(batch: Batch, wanted: string): boolean {
  const words = [batch.title, batch.rail, batch.total.amount, ...batch.items.map((item) => `${item.payee} ${item.text}`)];
  return wanted === "" || words.join(" ").toLowerCase().includes(wanted);
}
