import { IconCheck } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Amount, TieOut } from "../../api/bindings";
import { useCommand, useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { isZero } from "../../shared/format/money";
import { Money } from "../../shared/Money";
import { navigate, routeHref, useRoute } from "../../shared/route";
import { AttentionPanel, EmptyState, ErrorState, LoadingRows, Reply } from "../../shared/States";
import { Segments } from "../../shared/Segments";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { When } from "../../shared/When";
import css from "./Ledger.module.css";
import { ProviderPayouts } from "./ProviderPayouts";
import { countText } from "../../shared/locale";

/** One account: of a bank by its statement, or kept at a provider. */
interface Row {
  name: string;
  /** What finds its entries in the journal. */
  journal: Record<string, string>;
  opening: Amount | null;
  lines: Amount | null;
  count: number | null;
  says: Amount | null;
  ledger: Amount;
  unexplained: Amount | null;
  suspense: Amount | null;
  /** Of a bank its last line, of a provider when it told its balance. */
  last: string | null;
}

const known = (value: Amount | null, unit: boolean) => (value ? <Money value={value} unit={unit} /> : "");

const COLUMNS: Column<Row>[] = [
  { key: "account", header: text.tieOut.account, tone: "name", cell: (row) => <span title={row.name}>{row.name}</span> },
  { key: "opening", header: text.tieOut.opening, width: 104, align: "right", tone: "secondary", cell: (row) => known(row.opening, false) },
  { key: "count", header: text.tieOut.lines, width: 60, align: "right", tone: "secondary", cell: (row) => (row.count === null ? "" : countText(row.count)) },
  { key: "lines", header: text.tieOut.sum, width: 108, align: "right", tone: "secondary", cell: (row) => known(row.lines, false) },
  { key: "says", header: text.tieOut.theySay, width: 130, align: "right", cell: (row) => <Money value={row.says} /> },
  { key: "ledger", header: text.tieOut.ledgerSays, width: 130, align: "right", cell: (row) => <Money value={row.ledger} /> },
  { key: "unexplained", header: text.tieOut.unexplained, width: 116, align: "right", tone: "strong", cell: (row) => <Money value={row.unexplained} tone={row.unexplained && !isZero(row.unexplained) ? "attention" : undefined} /> },
  { key: "suspense", header: text.tieOut.suspense, width: 104, align: "right", cell: (row) => (row.suspense ? <Money value={row.suspense} unit={false} tone={isZero(row.suspense) ? "secondary" : "attention"} /> : "") },
  { key: "last", header: text.tieOut.last, width: 104, align: "right", tone: "secondary", cell: (row) => (row.last ? <When at={row.last} /> : "") },
];

function rowsOf(data: TieOut | undefined): Row[] {
  if (!data) return [];
  return [
    ...data.rows.map((row): Row => ({ name: row.account, journal: { text: row.account }, opening: row.opening, lines: row.lines, count: row.count, says: row.bank_says, ledger: row.ledger_says, unexplained: row.unexplained, suspense: row.suspense, last: row.last_line_on })),
    ...data.providers.map((row): Row => ({ name: `${row.title}, ${row.ledger_says.currency}`, journal: { account: row.account }, opening: null, lines: null, count: null, says: row.provider_says, ledger: row.ledger_says, unexplained: row.unexplained, suspense: null, last: row.told_at })),
  ];
}

/** What banks and providers say, what the ledger says, and what is unexplained; then each payout between them. */
export function TieOutScreen() {
  const tieOut = useQueryApi("tie_out", {});
  const route = useRoute();
  const verify = useCommand("verify");
  const [selected, setSelected] = useState<number | null>(null);
  const rows = useMemo(() => rowsOf(tieOut.data), [tieOut.data]);
  const shown = route.query.get("show") === "payouts" ? "payouts" : "accounts";
  const show = (next: "accounts" | "payouts") => navigate(routeHref("ledger", "tie-out", null, next === "payouts" ? { show: next } : {}), { replace: true });
  const keys = useMemo(() => rows.map((_, index) => index), [rows]);
  const disagree = rows.filter((row) => row.unexplained !== null && !isZero(row.unexplained)).length;
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
        {(tieOut.data?.providers.length ?? 0) > 0 ? (
          <div className={css.gutter}>
            <Segments label={text.tieOut.show} value={shown} onChange={show} options={[{ value: "accounts", label: text.tieOut.balances }, { value: "payouts", label: text.tieOut.payouts }]} />
          </div>
        ) : null}
        {shown === "payouts" ? <ProviderPayouts /> : null}
        {shown === "payouts" ? null : (
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
                onOpen={(key) => navigate(routeHref("ledger", "journal", null, rows[key]?.journal ?? {}))}
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
        )}
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
