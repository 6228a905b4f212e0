import { IconCheck } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { BalanceRow, Balances } from "../../api/bindings";
import type { ApiError } from "../../api/client";
import { useQueryApi } from "../../api/hooks";
import { isZero } from "../../shared/format/money";
import { Money } from "../../shared/Money";
import { routeHref } from "../../shared/route";
import { LoadingRows, Reply } from "../../shared/States";
import { useStatus } from "../../shared/status";
import { text } from "../../shared/text";
import { When } from "../../shared/When";
import css from "./Ledger.module.css";

const ROOTS = ["Assets", "Liabilities", "Equity", "Income", "Expenses"];

/** The first piece of an account's name. */
export function rootOf(account: string): string {
  return account.split(":")[0] ?? account;
}

/** Balances as a tree; the accounts of the opened entry are tinted, suspense is amber while it holds something. */
export function BalancesRail({ balances, opened }: { balances: UseQueryResult<Balances, ApiError>; opened: string | null }) {
  const status = useStatus();
  const entry = useQueryApi("entry", { id: opened ?? "" }, { enabled: opened !== null, keep: false });
  const touched = new Set(opened !== null ? (entry.data?.postings ?? []).map((posting) => posting.account) : []);
  return (
    <div className={css.rail}>
      <Reply of={balances} title={text.states.notShown(text.ledger.balances)} loading={<LoadingRows rows={10} height={25} twoLine={false} />}>
        {(data) => {
          const suspense = data.rows.filter((row) => row.account.includes("Suspense") && !isZero(row.balance));
          return (
            <>
              <div className="between">
                <h2>{text.ledger.balances}</h2>
                <span className="small sec">
                  <When at={data.as_of} as="date" />
                </span>
              </div>
              {ROOTS.map((root) => (
                <Branch key={root} root={root} rows={data.rows.filter((row) => rootOf(row.account) === root)} total={data.totals.find((row) => row.account === root)} touched={touched} />
              ))}
              <div className={css.railNote}>
                {status?.verified_at && !status.verify_problem ? (
                  <p className={css.verified}>
                    <IconCheck size={14} stroke={2} aria-hidden="true" />
                    <span>
                      {text.tieOut.agrees}, <When at={status.verified_at} />
                    </span>
                  </p>
                ) : null}
                {status?.verify_problem ? <p className="danger">{status.verify_problem}</p> : null}
                {suspense.length > 0 ? <p className="small sec">{text.ledger.suspenseNote}</p> : null}
              </div>
            </>
          );
        }}
      </Reply>
    </div>
  );
}

function Branch({ root, rows, total, touched }: { root: string; rows: BalanceRow[]; total: BalanceRow | undefined; touched: Set<string> }) {
  if (!total && rows.length === 0) return null;
  return (
    <section className={css.branch} aria-label={root}>
      <div className={css.root}>
        <span>{root}</span>
        {total ? <Money value={total.balance} unit={false} strong /> : null}
      </div>
      {rows.map((row) => {
        const held = row.account.includes("Suspense") && !isZero(row.balance);
        return (
          <a
            key={`${row.account} ${row.balance.currency}`}
            href={routeHref("ledger", "journal", null, { account: row.account })}
            className={touched.has(row.account) ? css.leafOn : css.leaf}
            aria-current={touched.has(row.account) ? "true" : undefined}
          >
            <span className="clip" title={row.account}>
              {row.account.slice(root.length + 1) || row.account}
            </span>
            <Money value={row.balance} unit={row.balance.currency !== total?.balance.currency} tone={held ? "attention" : undefined} strong={held} />
          </a>
        );
      })}
    </section>
  );
}
