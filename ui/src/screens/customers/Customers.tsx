import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { CustomerRow } from "../../api/bindings";
import { useQueryApi, useRows } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { Body } from "../../shared/Body";
import { isZero } from "../../shared/format/money";
import { useKeys } from "../../shared/keys/useKeys";
import { ExportButton, ExportProblem, useListExport } from "../../shared/listExport";
import { Money } from "../../shared/Money";
import { FilteredToNothing } from "../../shared/Nearest";
import { navigate, routeHref, useRoute } from "../../shared/route";
import { SearchField } from "../../shared/SearchField";
import { EmptyState, LoadingRows, Problem, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { useDelayed } from "../../shared/useDelayed";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import css from "../money-in/Lists.module.css";
import { CustomerForm } from "./CustomerForm";
import { CustomerPane } from "./CustomerPane";

const words = text.moneyIn.customers;
const FILTER_MS = 150;
const NONE: number[] = [];

const COLUMNS: Column<CustomerRow>[] = [
  { key: "name", header: words.name, tone: "name", cell: (row) => <span title={row.name}>{row.name}</span> },
  { key: "email", header: words.email, tone: "secondary", cell: (row) => <span title={row.email}>{row.email}</span> },
  { key: "count", header: words.openCount, width: 100, align: "right", cell: (row) => <span className="num">{row.open_count}</span> },
  { key: "open", header: words.open, width: 104, align: "right", tone: "strong", cell: (row) => <Money value={row.open} unit={false} tone={isZero(row.open) ? "secondary" : "plain"} /> },
  { key: "credit", header: words.credit, width: 100, align: "right", cell: (row) => <Money value={row.credit} unit={false} tone={isZero(row.credit) ? "secondary" : "plain"} /> },
];

const open = (id: string) => navigate(routeHref("customers", id), { replace: true });

/** Who pays: what is open, what stands to their credit; the one that the address names is opened. */
export function Customers() {
  const route = useRoute();
  const [typed, setTyped] = useState("");
  const asked = useDelayed(typed.trim(), FILTER_MS);
  const index = useQueryApi("customers_index", { text: asked });
  const [window, setWindow] = useState({ first: 0, last: 0 });
  const keys = index.data?.keys ?? NONE;
  const rows = useRows("customers_rows", keys, window);
  const [chosen, setChosen] = useState<number | null>(null);
  const [adding, setAdding] = useState(false);
  // Without one in the address the first is opened, as in the other lists.
  const first = keys[0] === undefined ? undefined : rows.row(keys[0]);
  const id = route.tab === "" ? (first?.id ?? "") : route.tab;
  const named = keys.find((key) => rows.row(key)?.id === id);
  // The chosen one stays chosen while its page is out of sight.
  const stays = chosen !== null && rows.row(chosen) === undefined ? chosen : null;
  const exporting = useListExport({ list: "customers", state: "", text: asked, sort: "" });
  useKeys("screen", [{ keys: ["N"], label: words.newKey, hint: true, run: () => setAdding(true) }]);
  return (
    <>
      <TopBar section="customers">
        <ExportButton of={exporting} />
        <Action combo="N" icon={<IconPlus size={15} stroke={1.8} />} onClick={() => setAdding(true)}>
          {words.new}
        </Action>
      </TopBar>
      <Body
        side={368}
        railLabel={words.detail}
        open={adding}
        onClose={() => setAdding(false)}
        main={
          <div className={css.page}>
            <div className={css.filters}>
              <div className={css.searchWide}>
                <SearchField label={words.filter} placeholder={words.filterHint} value={typed} onChange={setTyped} />
              </div>
            </div>
            <Problem error={rows.error} />
            <ExportProblem of={exporting} />
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
                    selected={named ?? stays}
                    onSelect={(key) => {
                      setChosen(key);
                      const row = rows.row(key);
                      if (row) open(row.id);
                    }}
                    empty={asked === "" ? <Never onAdd={() => setAdding(true)} /> : <FilteredToNothing typed={asked} route="/customers/" noun={words.noun} onClear={() => setTyped("")} />}
                  />
                  {data.total > 0 ? <p className={`small sec num ${css.foot}`}>{words.shown(data.keys.length, data.total)}</p> : null}
                </>
              )}
            </Reply>
          </div>
        }
        rail={
          <div className={css.rail}>
            {adding ? (
              <CustomerForm
                onClose={() => setAdding(false)}
                onSaved={(added) => {
                  setAdding(false);
                  setTyped("");
                  setChosen(null);
                  open(added.id);
                }}
              />
            ) : id !== "" ? (
              <CustomerPane key={id} id={id} />
            ) : (
              <p className="sec">{words.choose}</p>
            )}
          </div>
        }
      />
    </>
  );
}

function Never({ onAdd }: { onAdd: () => void }) {
  return (
    <EmptyState
      title={words.emptyTitle}
      actions={
        <>
          <Action look="primary" combo="N" onClick={onAdd}>
            {words.addFirst}
          </Action>
          <Action onClick={() => navigate("#/settings/accounts/import?kind=customers")}>{words.import}</Action>
        </>
      }
    >
      {words.emptyBody}
    </EmptyState>
  );
}
