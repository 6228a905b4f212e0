import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { CustomerRow } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { Body } from "../../shared/Body";
import { isZero } from "../../shared/format/money";
import { useKeys } from "../../shared/keys/useKeys";
import { ExportButton, ExportProblem, useListExport } from "../../shared/listExport";
import { Money } from "../../shared/Money";
import { FilteredToNothing } from "../../shared/Nearest";
import { navigate, routeHref, useRoute } from "../../shared/route";
import { SearchField } from "../../shared/SearchField";
import { EmptyState, LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { useDelayed } from "../../shared/useDelayed";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import css from "../money-in/Lists.module.css";
import { CustomerForm } from "./CustomerForm";
import { CustomerPane } from "./CustomerPane";

const words = text.moneyIn.customers;
const FILTER_MS = 150;
/** The engine lists so many at most. */
const MOST = 50;

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
  const found = useQueryApi("customers", { text: asked });
  const [adding, setAdding] = useState(false);
  const rows = useMemo(() => found.data?.customers ?? [], [found.data]);
  const keys = useMemo(() => rows.map((_, index) => index), [rows]);
  // Without one in the address the first is opened, as in the other lists.
  const id = route.tab === "" ? (rows[0]?.id ?? "") : route.tab;
  const at = rows.findIndex((row) => row.id === id);
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
            <ExportProblem of={exporting} />
            <Reply of={found} title={text.states.notShown(words.list)} loading={<LoadingRows rows={8} height={36} twoLine={false} />}>
              {() => (
                <>
                  <VirtualTable
                    label={words.list}
                    noun={words.noun}
                    columns={COLUMNS}
                    keys={keys}
                    row={(key) => rows[key]}
                    selected={at < 0 ? null : at}
                    onSelect={(key) => {
                      const row = rows[key];
                      if (row) open(row.id);
                    }}
                    empty={asked === "" ? <Never onAdd={() => setAdding(true)} /> : <FilteredToNothing typed={asked} route="/customers/" noun={words.noun} onClear={() => setTyped("")} />}
                  />
                  {rows.length >= MOST ? <p className={`small sec ${css.foot}`}>{words.first(rows.length)}</p> : null}
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
