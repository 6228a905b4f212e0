import { NativeSelect, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import type { AccountAdd, ImportRow } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { currencies } from "../../shared/choices";
import { useFormat } from "../../shared/company";
import { AmountField } from "../../shared/fields";
import { Money } from "../../shared/Money";
import { navigate, routeHref } from "../../shared/route";
import { EmptyState, ErrorState, LoadingRows, Problem, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import { When } from "../../shared/When";
import { Head } from "./Head";
import css from "./Settings.module.css";
import { countText } from "../../shared/locale";

const words = text.settings.accounts;
const goImport = (kind: string) => navigate(routeHref("settings", "accounts", "import", { kind }));

/** Where money lies, and every file that was read. */
export function AccountsPage() {
  const accounts = useQueryApi("accounts", {});
  const [adding, setAdding] = useState(false);
  return (
    <>
      <Head title={words.heading} sub={words.sub}>
        <Action onClick={() => setAdding(true)}>{words.add}</Action>
      </Head>
      <Reply of={accounts} title={text.states.notShown(words.heading)} loading={<LoadingRows rows={3} height={36} twoLine={false} />}>
        {(rows) =>
          rows.length === 0 ? (
            adding ? null : (
              <EmptyState title={words.emptyTitle} actions={<Action look="primary" onClick={() => setAdding(true)}>{words.add}</Action>}>
                {words.emptyBody}
              </EmptyState>
            )
          ) : (
            <table className={css.table} aria-label={words.heading}>
              <thead>
                <tr>
                  <th scope="col">{words.name}</th>
                  <th scope="col">{words.kind}</th>
                  <th scope="col">{words.ledger}</th>
                  <th scope="col" className={css.end}>
                    {words.lines}
                  </th>
                  <th scope="col" className={css.end}>
                    {words.last}
                  </th>
                  <th scope="col" className={css.end}>
                    {words.balance}
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.ledger_account}>
                    <th scope="row">{row.name}</th>
                    <td>{row.kind === "cash" ? words.cash : words.bank}</td>
                    <td>
                      <a href={routeHref("ledger", "journal", null, { account: row.ledger_account })}>{row.ledger_account}</a>
                    </td>
                    <td className={css.endNum}>{countText(row.lines)}</td>
                    <td className={css.end}>
                      <When at={row.last_line_on} as="date" />
                    </td>
                    <td className={css.end}>
                      <Money value={row.balance} strong />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Reply>
      {adding ? <AddAccount onDone={() => setAdding(false)} /> : null}
      <ImportList />
    </>
  );
}

function AddAccount({ onDone }: { onDone: () => void }) {
  const { currency } = useFormat();
  const known = useMemo(currencies, []);
  const [form, setForm] = useState<AccountAdd>({ name: "", kind: "bank", currency, opening: "" });
  const add = useDecide("account_add");
  const set = <K extends keyof AccountAdd>(name: K, value: AccountAdd[K]) => setForm((before) => ({ ...before, [name]: value }));
  const submit = async () => {
    if (form.name.trim() !== "" && (await add.act(form))) onDone();
  };
  return (
    <section className={css.block}>
      <h2>{words.add}</h2>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className={css.triple}>
          <TextInput label={words.name} value={form.name} autoFocus maxLength={100} onChange={(event) => set("name", event.currentTarget.value)} />
          <NativeSelect
            label={words.kind}
            value={form.kind}
            data={[
              { value: "bank", label: words.bank },
              { value: "cash", label: words.cash },
            ]}
            onChange={(event) => set("kind", event.currentTarget.value)}
          />
          <NativeSelect label={words.currency} value={form.currency} data={known} onChange={(event) => set("currency", event.currentTarget.value)} />
        </div>
        <div className={css.pair}>
          <AmountField label={words.opening} value={form.opening} currency={form.currency} onChange={(amount) => set("opening", amount)} />
        </div>
        {add.error ? <ErrorState title={words.failed} error={add.error} /> : null}
        <div className={css.actions}>
          <Action type="submit" look="primary" disabled={add.busy}>
            {words.addButton}
          </Action>
          <Action look="plain" onClick={onDone}>
            {text.common.cancel}
          </Action>
        </div>
      </form>
    </section>
  );
}

function ImportList() {
  const imports = useQueryApi("imports", {});
  const undo = useDecide("import_undo");
  return (
    <section className={css.block}>
      <div className={css.head}>
        <h2>{words.imports}</h2>
        <div>
          <Action onClick={() => goImport("statement")}>{words.importStatement}</Action>
          <Action onClick={() => goImport("customers")}>{words.importCustomers}</Action>
          <Action onClick={() => goImport("invoices")}>{words.importInvoices}</Action>
        </div>
      </div>
      <Problem error={undo.error} />
      <Reply of={imports} title={text.states.notShown(words.imports)} loading={<LoadingRows rows={3} height={36} twoLine={false} />}>
        {(data) =>
          data.imports.length === 0 ? (
            <p className={css.quiet}>{words.importsNone}</p>
          ) : (
            <table className={css.table} aria-label={words.imports}>
              <tbody>
                {data.imports.map((row) => (
                  <ImportLine key={row.id} row={row} busy={undo.busy} onUndo={() => void undo.act({ id: row.id })} />
                ))}
              </tbody>
            </table>
          )
        }
      </Reply>
    </section>
  );
}

function ImportLine({ row, busy, onUndo }: { row: ImportRow; busy: boolean; onUndo: () => void }) {
  return (
    <tr>
      <th scope="row">{row.file}</th>
      <td className="sec">{row.account}</td>
      <td className="sec">
        <When at={row.at} />
      </td>
      <td className={css.end}>{words.importRows(row.new)}</td>
      <td className={css.end}>
        {row.undone ? (
          <span className="sec">{words.importUndone}</span>
        ) : (
          <Action look="link" disabled={busy} onClick={onUndo}>
            {words.importUndo} <span className="sr">{row.file}</span>
          </Action>
        )}
      </td>
    </tr>
  );
}
