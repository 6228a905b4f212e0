import { IconDownload, IconFilter } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { JournalRow } from "../../api/bindings";
import { useJournalKeys, useQueryApi, useRows } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { Body, useFolded } from "../../shared/Body";
import { useClock } from "../../shared/company";
import { dayIn } from "../../shared/format/time";
import { useKeys } from "../../shared/keys/useKeys";
import { Money } from "../../shared/Money";
import { FilteredToNothing } from "../../shared/Nearest";
import { monthsBack, type Period } from "../../shared/periods";
import { Pick } from "../../shared/Pick";
import { navigate, routeHref, useRoute } from "../../shared/route";
import { SearchField } from "../../shared/SearchField";
import { LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { When } from "../../shared/When";
import { useDelayed } from "../../shared/useDelayed";
import { BalancesRail } from "./BalancesRail";
import { EmptyLedger } from "./EmptyLedger";
import { EntryOpened } from "./EntryOpened";
import { ExportDialog } from "./ExportDialog";
import css from "./Ledger.module.css";
import { countText } from "../../shared/locale";

/** One line per entry; opened, it says why. */
export function Journal() {
  const route = useRoute();
  const clock = useClock();
  const typed = route.query.get("text") ?? "";
  const account = route.query.get("account") ?? "";
  const periods = useMemo(() => monthsBack(dayIn(clock.now, clock.zone), 12), [clock.now, clock.zone]);
  const period = periods.find((p) => p.id === route.query.get("period")) ?? periods[0];
  const [exporting, setExporting] = useState(false);
  const asked = useDelayed(typed, 150);
  const balances = useQueryApi("balances", { as_of: "" });

  const go = (change: Record<string, string>, id = route.id) => {
    const query = { text: typed, account, period: route.query.get("period") ?? "", ...change };
    const kept = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
    navigate(routeHref("ledger", "journal", id, kept), { replace: true });
  };
  const accounts = [...new Set((balances.data?.rows ?? []).map((row) => row.account))];
  useKeys("screen", [{ keys: ["X"], label: text.common.export.toLowerCase(), hint: true, run: () => setExporting(true) }]);

  return (
    <>
      <TopBar section="ledger">
        <Total />
        <Action icon={<IconDownload size={15} stroke={1.8} />} onClick={() => setExporting(true)}>
          {text.common.export}
        </Action>
      </TopBar>
      <Body
        side={300}
        railLabel={text.ledger.balances}
        main={
          <>
            <div className={css.filters}>
              <div className={css.search}>
                <SearchField label={text.ledger.filter} placeholder={text.ledger.filterHint} value={typed} onChange={(value) => go({ text: value }, null)} icon={<IconFilter size={15} stroke={1.8} />} />
              </div>
              <Pick label={period?.label ?? text.ledger.allTime} items={periods.map((p) => ({ id: p.id, label: p.label }))} onPick={(id) => go({ period: id }, null)} />
              <Pick label={account || text.ledger.allAccounts} items={[{ id: "", label: text.ledger.allAccounts }, ...accounts.map((name) => ({ id: name, label: name }))]} onPick={(name) => go({ account: name }, null)} />
            </div>
            <Entries typed={asked} account={account} period={period} opened={route.id} onOpen={(key) => go({}, key === null ? null : String(key))} onClear={() => go({ text: "", account: "", period: "" }, null)} />
          </>
        }
        rail={<BalancesRail balances={balances} opened={route.id} />}
      />
      {exporting ? <ExportDialog onClose={() => setExporting(false)} /> : null}
    </>
  );
}

function Total() {
  const index = useQueryApi("journal_index", { account: "", from: "", to: "", text: "", sort: "", after: null });
  if (!index.data) return null;
  return <span className="small">{text.ledger.total(countText(index.data.total))}</span>;
}

function columns(folded: boolean): Column<JournalRow>[] {
  return [
    { key: "date", header: text.ledger.date, width: 90, tone: "secondary", sort: "date", sortFirst: "largest", cell: (row) => <When at={row.date} as="date" /> },
    { key: "entry", header: text.ledger.entry, width: 78, tone: "secondary", sort: "entry", sortFirst: "largest", cell: (row) => <span className="num">{row.key}</span> },
    {
      key: "what",
      header: text.ledger.what,
      tone: "name",
      cell: (row) => (
        <span className={css.what} title={row.text}>
          <span className="clip">{row.text}</span>
          {row.reversed ? <span className="ter">{text.ledger.reversed.toLowerCase()}</span> : null}
        </span>
      ),
    },
    { key: "to", header: text.ledger.toFrom, width: folded ? 204 : "27%", tone: "secondary", cell: (row) => <span title={`${row.to} ← ${row.from}`}>{`${row.to} ← ${row.from}`}</span> },
    { key: "amount", header: text.ledger.amount, width: 124, align: "right", tone: "strong", cell: (row) => <Money value={row.amount} unit={false} /> },
  ];
}

function Entries({ typed, account, period, opened, onOpen, onClear }: { typed: string; account: string; period: Period | undefined; opened: string | null; onOpen: (key: number | null) => void; onClear: () => void }) {
  const [sort, setSort] = useState("-date");
  const [shown, setShown] = useState({ first: 0, last: 40 });
  const { index, keys } = useJournalKeys({ account, from: period?.from ?? "", to: period?.to ?? "", text: typed, sort }, shown);
  const [selected, setSelected] = useState<number | null>(null);
  const rows = useRows("journal_rows", keys, shown);
  const openedKey = opened === null ? null : Number(opened);
  const current = openedKey ?? selected ?? keys[0] ?? null;
  const toggle = (key: number) => onOpen(key === openedKey ? null : key);
  const folded = useFolded();
  const spec = useMemo(() => columns(folded), [folded]);
  useKeys("screen", [
    { keys: ["W"], label: text.ledger.why, hint: true, enabled: current !== null, run: () => current !== null && onOpen(current) },
    { keys: ["Esc"], label: text.keys.back, enabled: openedKey !== null, run: () => onOpen(null) },
  ]);
  if (!index) return null;
  const filtered = typed !== "" || account !== "" || (period?.id ?? "") !== "";
  return (
    <Reply of={index} title={text.states.notShown(text.nav.journal)} loading={<LoadingRows rows={14} height={30} twoLine={false} />}>
      {() => (
        <VirtualTable
          label={text.nav.journal}
          noun={text.ledger.noun}
          columns={spec}
          keys={keys}
          row={rows.row}
          onWindow={setShown}
          height={30}
          sorted={sort}
          onSort={setSort}
          selected={current}
          onSelect={(key) => {
            setSelected(key);
            if (openedKey !== null) onOpen(key);
          }}
          onOpen={toggle}
          detail={openedKey !== null ? (key) => <EntryOpened entry={key} /> : undefined}
          empty={
            filtered ? (
              <FilteredToNothing typed={typed} route="/ledger/journal/" noun={text.ledger.noun} onClear={onClear} />
            ) : (
              <EmptyLedger />
            )
          }
        />
      )}
    </Reply>
  );
}
