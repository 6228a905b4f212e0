import { IconCheck } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { TieOutRow } from "../../api/bindings";
import { useCommand, useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { isZero } from "../../shared/format/money";
import { Money } from "../../shared/Money";
import { navigate, routeHref, useRoute } from "../../shared/route";
import { AttentionPanel, EmptyState, ErrorState, LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { When } from "../../shared/When";
import css from "./Ledger.module.css";
import { countText } from "../../shared/locale";

const COLUMNS: Column<TieOutRow>[] = [
  { key: "account", header: text.tieOut.account, tone: "name", cell: (row) => row.account },
  { key: "opening", header: text.tieOut.opening, width: 120, align: "right", tone: "secondary", cell: (row) => <Money value={row.opening} unit={false} /> },
  { key: "count", header: text.tieOut.lines, width: 70, align: "right", tone: "secondary", cell: (row) => countText(row.count) },
  { key: "lines", header: text.tieOut.sum, width: 120, align: "right", tone: "secondary", cell: (row) => <Money value={row.lines} unit={false} /> },
  { key: "bank", header: text.tieOut.bankSays, width: 130, align: "right", cell: (row) => <Money value={row.bank_says} /> },
  { key: "ledger", header: text.tieOut.ledgerSays, width: 130, align: "right", cell: (row) => <Money value={row.ledger_says} /> },
  { key: "unexplained", header: text.tieOut.unexplained, width: 120, align: "right", tone: "strong", cell: (row) => <Money value={row.unexplained} tone={isZero(row.unexplained) ? undefined : "attention"} /> },
  { key: "suspense", header: text.tieOut.suspense, width: 120, align: "right", cell: (row) => <Money value={row.suspense} unit={false} tone={isZero(row.suspense) ? "secondary" : "attention"} /> },
  { key: "last", header: text.tieOut.last, width: 96, align: "right", tone: "secondary", cell: (row) => <When at={row.last_line_on} as="date" /> },
];

/** What the bank says, what the ledger says, and what is unexplained. */
export function TieOutScreen() {
  const tieOut = useQueryApi("tie_out", {});
  const route = useRoute();
  const verify = useCommand("verify");
  const [selected, setSelected] = useState<number | null>(null);
  const rows = useMemo(() => tieOut.data?.rows ?? [], [tieOut.data]);
  const keys = useMemo(() => rows.map((_, index) => index), [rows]);
  const disagree = rows.filter((row) => !isZero(row.unexplained)).length;
  const asked = route.query.has("verify");
  const begun = useRef(false);
  const start = verify.mutate;
  useEffect(() => {
    if (!asked || begun.current) return;
    begun.current = true;
    start({});
  }, [asked, start]);
  return (
    <>
      <TopBar section="ledger">
        <Action disabled={verify.isPending} onClick={() => verify.mutate({})}>
          {verify.isPending ? text.tieOut.verifying : text.tieOut.verify}
        </Action>
      </TopBar>
      <div className={css.page}>
        <div className={css.head}>
          <h1>{text.tieOut.heading}</h1>
          <span className="sec">{text.tieOut.sub}</span>
        </div>
        {verify.error ? (
          <div className={css.gutter}>
            <ErrorState title={text.tieOut.verifyFailed} error={verify.error} />
          </div>
        ) : null}
        {verify.data ? <Verdict data={verify.data} /> : null}
        <Reply of={tieOut} title={text.states.notShown(text.nav.tieOut)} loading={<LoadingRows rows={4} height={36} twoLine={false} />}>
          {() => (
            <>
              <VirtualTable
                label={text.nav.tieOut}
                noun={text.tieOut.noun}
                columns={COLUMNS}
                keys={keys}
                row={(key) => rows[key]}
                selected={selected}
                onSelect={setSelected}
                onOpen={(key) => navigate(routeHref("ledger", "journal", null, { text: rows[key]?.account ?? "" }))}
                empty={
                  <EmptyState title={text.tieOut.emptyTitle} actions={<Action look="primary" onClick={() => navigate("#/settings/accounts")}>{text.tieOut.addAccount}</Action>}>
                    {text.tieOut.emptyBody}
                  </EmptyState>
                }
              />
              {rows.length > 0 ? (
                <p className={`small sec ${css.note}`}>
                  {disagree === 0 ? text.tieOut.allAgree : text.tieOut.disagree(disagree)} {text.tieOut.meaning}
                </p>
              ) : null}
            </>
          )}
        </Reply>
      </div>
    </>
  );
}

function Verdict({ data }: { data: { ok: boolean; entries: number; postings: number; items: number; audit_rows: number; audit_head: string; problems: string[] } }) {
  const counts = text.tieOut.checked(countText(data.entries), countText(data.postings), countText(data.items), countText(data.audit_rows));
  if (data.ok) {
    return (
      <div className={css.verdict} role="status">
        <IconCheck size={16} stroke={2} aria-hidden="true" />
        <div>
          <strong>{text.tieOut.agrees}.</strong> {counts}
          <div className="small sec">
            {text.tieOut.head} <span className="mono">{data.audit_head}</span>
          </div>
        </div>
      </div>
    );
  }
  return (
    <div className={css.gutter} role="alert">
      <AttentionPanel>
        <h3>{text.tieOut.problems}</h3>
        <ul className={css.problems}>
          {data.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
        <p className="small sec">{counts}</p>
      </AttentionPanel>
    </div>
  );
}
