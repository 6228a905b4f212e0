import { Modal, NativeSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Company } from "../../api/bindings";
import { useCommand, useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { zones } from "../../shared/choices";
import { useKeys } from "../../shared/keys/useKeys";
import { ErrorState, LoadingRows, Reply } from "../../shared/States";
import { useStatus } from "../../shared/status";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import { When } from "../../shared/When";
import { Head } from "./Head";
import css from "./Settings.module.css";

const words = text.settings.company;

/** What stands on invoices and receipts. */
export function CompanyPage() {
  const company = useQueryApi("company", {});
  const status = useStatus();
  return (
    <>
      <Head title={words.heading} sub={words.sub} />
      <Reply of={company} title={text.states.notShown(words.heading)} loading={<LoadingRows rows={4} />}>
        {(data) => <CompanyFields saved={data} />}
      </Reply>
      {status?.demo ? <DeleteDemo /> : null}
    </>
  );
}

function CompanyFields({ saved }: { saved: Company }) {
  const [form, setForm] = useState(saved);
  const save = useDecide("company_save");
  const untouched = JSON.stringify(form) === JSON.stringify(saved);
  useEffect(() => setForm(saved), [saved]);
  const set = <K extends keyof Company>(name: K, value: Company[K]) => setForm((before) => ({ ...before, [name]: value }));
  const submit = () => {
    if (!untouched) void save.act(form);
  };
  useKeys("screen", [{ keys: ["Mod Enter"], label: text.common.save.toLowerCase(), hint: true, whileTyping: true, run: submit }]);
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextInput label={words.name} value={form.name} maxLength={200} onChange={(event) => set("name", event.currentTarget.value)} />
      <Textarea label={words.address} value={form.address} rows={3} maxLength={1000} onChange={(event) => set("address", event.currentTarget.value)} />
      <div className={css.pair}>
        <TextInput label={words.taxId} description={words.taxIdHelp} value={form.tax_id} maxLength={60} onChange={(event) => set("tax_id", event.currentTarget.value)} />
        <TextInput label={words.email} type="email" value={form.email} maxLength={254} onChange={(event) => set("email", event.currentTarget.value)} />
      </div>
      <div className={css.pair}>
        <TextInput label={words.prefix} value={form.invoice_prefix} maxLength={8} onChange={(event) => set("invoice_prefix", event.currentTarget.value)} />
        <NumberInput label={words.terms} value={form.terms_days} min={0} max={365} allowDecimal={false} onChange={(value) => typeof value === "number" && set("terms_days", value)} />
      </div>
      <NativeSelect label={words.zone} value={form.zone} data={zones(form.zone)} onChange={(event) => set("zone", event.currentTarget.value)} />
      <p className="small sec">
        {words.currency}: {saved.currency}. {words.booksStart} <When at={saved.books_start} as="long" />. {words.fixed}
      </p>
      {save.error ? <ErrorState title={text.settings.saveFailed} error={save.error} /> : null}
      {untouched ? null : (
        <div className={css.actions}>
          <Action type="submit" look="primary" combo="Mod Enter" disabled={save.busy}>
            {words.save}
          </Action>
          <Action look="plain" onClick={() => setForm(saved)}>
            {text.common.cancel}
          </Action>
        </div>
      )}
    </form>
  );
}

function DeleteDemo() {
  const [asking, setAsking] = useState(false);
  const remove = useCommand("delete_demo");
  return (
    <section className={css.block}>
      <h2>{words.deleteDemo}</h2>
      <p className="sec">{words.deleteDemoSub}</p>
      <Action onClick={() => setAsking(true)}>{words.deleteDemo}</Action>
      <Modal opened={asking} onClose={() => setAsking(false)} title={words.deleteDemoConfirm} size={440} closeButtonProps={{ "aria-label": text.common.close }}>
        <p>{words.deleteDemoBody}</p>
        {remove.error ? <ErrorState title={words.deleteDemoFailed} error={remove.error} /> : null}
        <div className={css.actions} style={{ marginTop: 16 }}>
          <Action look="primary" disabled={remove.isPending} onClick={() => remove.mutate({}, { onSuccess: () => window.location.replace("#/today") })}>
            {words.deleteDemo}
          </Action>
          <Action look="plain" onClick={() => setAsking(false)}>
            {words.keep}
          </Action>
        </div>
      </Modal>
    </section>
  );
}
