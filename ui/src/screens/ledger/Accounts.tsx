import { useMemo, useState } from "react";
import type { BalanceRow } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Money } from "../../shared/Money";
import { navigate, routeHref } from "../../shared/route";
import { SearchField } from "../../shared/SearchField";
import { EmptyState, LoadingRows, Reply } from "../../shared/States";
import { Action } from "../../shared/Action";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { EmptyLedger } from "./EmptyLedger";
import css from "./Ledger.module.css";
import { countText } from "../../shared/locale";

const COLUMNS: Column<BalanceRow>[] = [
  { key: "account", header: text.ledger.account, tone: "name", cell: (row) => <span title={row.account}>{row.account}</span> },
  { key: "postings", header: text.ledger.postings, width: 120, align: "right", tone: "secondary", cell: (row) => countText(row.postings) },
  { key: "balance", header: text.ledger.balance, width: 220, align: "right", tone: "strong", cell: (row) => <Money value={row.balance} /> },
];

/** Every account with its balance; Enter shows its entries. */
export function Accounts() {
  const balances = useQueryApi("balances", { as_of: "" });
  const [typed, setTyped] = useState("");
  const [selected, setSelected] = useState<number | null>(null);
  const all = useMemo(() => balances.data?.rows ?? [], [balances.data]);
  const keys = useMemo(() => all.map((_, index) => index).filter((index) => all[index]?.account.toLowerCase().includes(typed.trim().toLowerCase())), [all, typed]);
  const open = (key: number) => {
    const row = all[key];
    if (row) navigate(routeHref("ledger", "journal", null, { account: row.account }));
  };
  return (
    <>
      <TopBar section="ledger" />
      <div className={css.page}>
        <div className={css.head}>
          <h1>{text.ledger.accountsHeading(all.length)}</h1>
          <span className="sec">{text.ledger.accountsSub}</span>
          <div className={css.headSearch}>
            <SearchField label={text.ledger.accountFilter} placeholder={text.ledger.accountFilter} value={typed} onChange={setTyped} />
          </div>
        </div>
        <Reply of={balances} title={text.states.notShown(text.nav.accounts)} loading={<LoadingRows rows={12} height={30} twoLine={false} />}>
          {() => (
            <VirtualTable
              label={text.nav.accounts}
              noun={text.ledger.accountNoun}
              columns={COLUMNS}
              keys={keys}
              row={(key) => all[key]}
              height={30}
              selected={selected}
              onSelect={setSelected}
              onOpen={open}
              empty={
                typed ? (
                  <EmptyState title={text.ledger.filteredTitle(typed)} actions={<Action onClick={() => setTyped("")}>{text.states.clearFilter}</Action>}>
                    {text.ledger.filteredBody}
                  </EmptyState>
                ) : (
                  <EmptyLedger />
                )
              }
            />
          )}
        </Reply>
      </div>
    </>
  );
}
