import { Textarea, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { CustomerRow } from "../../api/bindings";
import { useCommand, useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { Body } from "../../shared/Body";
import { FactList } from "../../shared/Facts";
import { isZero } from "../../shared/format/money";
import { useKeys } from "../../shared/keys/useKeys";
import { Money } from "../../shared/Money";
import { navigate, routeHref, useRoute } from "../../shared/route";
import { SearchField } from "../../shared/SearchField";
import { EmptyState, ErrorState, LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { useUndo } from "../../shared/Undo";
import { useDelayed } from "../../shared/useDelayed";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import css from "../money-in/Lists.module.css";

const words = text.moneyIn.customers;
const FILTER_MS = 150;
/** The engine lists so many at most. */
const MOST = 50;

const COLUMNS: Column<CustomerRow>[] = [
  { key: "name", header: words.name, tone: "name", cell: (row) => <span title={row.name}>{row.name}</span> },
  { key: "email", header: words.email, tone: "secondary", cell: (row) => <span title={row.email}>{row.email}</span> },
  { key: "count", header: words.openCount, width: 110, align: "right", cell: (row) => <span className="num">{row.open_count}</span> },
  { key: "open", header: words.open, width: 120, align: "right", tone: "strong", cell: (row) => <Money value={row.open} unit={false} tone={isZero(row.open) ? "secondary" : "plain"} /> },
  { key: "credit", header: words.credit, width: 110, align: "right", cell: (row) => <Money value={row.credit} unit={false} tone={isZero(row.credit) ? "secondary" : "plain"} /> },
];

/** Who pays: what is open, what stands to their credit. */
export function Customers() {
  const route = useRoute();
  const [typed, setTyped] = useState("");
  const asked = useDelayed(typed.trim(), FILTER_MS);
  const found = useQueryApi("customers", { text: asked });
  const [chosen, setChosen] = useState<string>(route.tab);
  const [adding, setAdding] = useState(false);
  const rows = useMemo(() => found.data?.customers ?? [], [found.data]);
  const keys = useMemo(() => rows.map((_, index) => index), [rows]);
  const at = rows.findIndex((row) => row.id === chosen);
  const row = rows[at];
  useKeys("screen", [{ keys: ["N"], label: words.newKey, hint: true, run: () => setAdding(true) }]);
  return (
    <>
      <TopBar section="customers">
        <Action combo="N" icon={<IconPlus size={15} stroke={1.8} />} onClick={() => setAdding(true)}>
          {words.new}
        </Action>
      </TopBar>
      <Body
        side={408}
        railLabel={words.detail}
        open={adding}
        onClose={() => setAdding(false)}
        main={
          <div className={css.page}>
            <div className={css.filters}>
              <h1>{words.title}</h1>
              <div className={css.searchWide}>
                <SearchField label={words.filter} placeholder={words.filterHint} value={typed} onChange={setTyped} />
              </div>
            </div>
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
                    onSelect={(key) => setChosen(rows[key]?.id ?? "")}
                    empty={asked === "" ? <Never onAdd={() => setAdding(true)} /> : <Filtered typed={asked} onClear={() => setTyped("")} />}
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
              <NewCustomer
                onClose={() => setAdding(false)}
                onAdded={(added) => {
                  setAdding(false);
                  setTyped("");
                  setChosen(added.id);
                }}
              />
            ) : row ? (
              <Opened row={row} />
            ) : (
              <p className="sec">{words.choose}</p>
            )}
          </div>
        }
      />
    </>
  );
}

function Opened({ row }: { row: CustomerRow }) {
  return (
    <>
      <h1>{row.name}</h1>
      <div className={css.facts}>
        <FactList
          facts={[
            ...(row.email ? [{ label: words.email, value: row.email }] : []),
            { label: words.openCount, value: String(row.open_count) },
            { label: words.open, value: <Money value={row.open} strong /> },
            { label: words.credit, value: <Money value={row.credit} /> },
          ]}
        />
      </div>
      <div className={css.actions}>
        <Action onClick={() => navigate(routeHref("money-in", "invoices", null, { text: row.name }))}>{words.invoices}</Action>
        <Action onClick={() => navigate(routeHref("money-in", "payments", null, { text: row.name }))}>{words.payments}</Action>
      </div>
    </>
  );
}

function NewCustomer({ onClose, onAdded }: { onClose: () => void; onAdded: (row: CustomerRow) => void }) {
  const [form, setForm] = useState({ name: "", email: "", address: "", country: "" });
  const [tried, setTried] = useState(false);
  const save = useCommand("customer_save");
  const { show } = useUndo();
  const missing = form.name.trim() === "";
  const submit = () => {
    setTried(true);
    if (missing || save.isPending) return;
    save.mutate(
      { id: "", ...form },
      {
        onSuccess: (row) => {
          show({ sequence: 0, say: words.added(row.name), undo: null });
          onAdded(row);
        },
      },
    );
  };
  useKeys("screen", [
    { keys: ["Mod Enter"], label: words.save, hint: true, whileTyping: true, run: submit },
    { keys: ["Esc"], label: text.keys.back, hint: true, whileTyping: true, run: onClose },
  ]);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h1>{words.new}</h1>
      <div className={css.refund}>
        <TextInput label={words.name} value={form.name} maxLength={200} autoComplete="off" autoFocus error={tried && missing ? words.nameMissing : undefined} onChange={(event) => setForm({ ...form, name: event.currentTarget.value })} />
        <TextInput label={words.email} type="email" value={form.email} maxLength={254} autoComplete="off" onChange={(event) => setForm({ ...form, email: event.currentTarget.value })} />
        <Textarea label={words.address} value={form.address} maxLength={500} rows={3} onChange={(event) => setForm({ ...form, address: event.currentTarget.value })} />
        <TextInput label={words.country} value={form.country} maxLength={2} autoComplete="off" onChange={(event) => setForm({ ...form, country: event.currentTarget.value.toUpperCase() })} />
        {save.error ? <ErrorState title={words.failed} error={save.error} /> : null}
        <div className={css.actions}>
          <Action type="submit" look="primary" combo="Mod Enter" disabled={save.isPending}>
            {words.save}
          </Action>
          <Action look="plain" combo="Esc" onClick={onClose}>
            {text.common.cancel}
          </Action>
        </div>
      </div>
    </form>
  );
}

function Never({ onAdd }: { onAdd: () => void }) {
  return (
    <EmptyState
      title={words.emptyTitle}
      actions={
        <>
          <Action look="primary" combo="N" onClick={onAdd}>
            {words.new}
          </Action>
          <Action onClick={() => navigate("#/settings/accounts/import?kind=customers")}>{words.import}</Action>
        </>
      }
    >
      {words.emptyBody}
    </EmptyState>
  );
}

function Filtered({ typed, onClear }: { typed: string; onClear: () => void }) {
  return (
    <EmptyState title={words.filteredTitle(typed)} actions={<Action onClick={onClear}>{text.states.clearFilter}</Action>}>
      {words.filteredBody}
    </EmptyState>
  );
}
