import { Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { CustomerDetail, CustomerRow } from "../../api/bindings";
import { useCommand } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { useKeys } from "../../shared/keys/useKeys";
import { ErrorState } from "../../shared/States";
import { text } from "../../shared/text";
import { useUndo } from "../../shared/Undo";
import css from "../money-in/Lists.module.css";

const words = text.moneyIn.customers;

/** A new customer, or a known one with what is known filled in. */
export function CustomerForm({ known, onClose, onSaved }: { known?: CustomerDetail; onClose: () => void; onSaved: (row: CustomerRow) => void }) {
  const [form, setForm] = useState({ id: known?.row.id ?? "", name: known?.row.name ?? "", email: known?.row.email ?? "", address: known?.address ?? "", country: known?.country ?? "" });
  const [tried, setTried] = useState(false);
  const save = useCommand("customer_save");
  const { show } = useUndo();
  const missing = form.name.trim() === "";
  const submit = () => {
    setTried(true);
    if (missing || save.isPending) return;
    save.mutate(form, {
      onSuccess: (row) => {
        show({ sequence: 0, say: known ? words.saved(row.name) : words.added(row.name), undo: null });
        onSaved(row);
      },
    });
  };
  const button = known ? words.saveChange : words.save;
  useKeys("screen", [
    { keys: ["Mod Enter"], label: button.toLowerCase(), hint: true, whileTyping: true, run: submit },
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
      <h1>{known ? words.editTitle(known.row.name) : words.new}</h1>
      <div className={css.refund}>
        <TextInput label={words.name} value={form.name} maxLength={200} autoComplete="off" autoFocus error={tried && missing ? words.nameMissing : undefined} onChange={(event) => setForm({ ...form, name: event.currentTarget.value })} />
        <TextInput label={words.email} type="email" value={form.email} maxLength={254} autoComplete="off" onChange={(event) => setForm({ ...form, email: event.currentTarget.value })} />
        <Textarea label={words.address} value={form.address} maxLength={500} rows={3} onChange={(event) => setForm({ ...form, address: event.currentTarget.value })} />
        <TextInput label={words.country} value={form.country} maxLength={2} autoComplete="off" onChange={(event) => setForm({ ...form, country: event.currentTarget.value.toUpperCase() })} />
        {save.error ? <ErrorState title={known ? words.changeFailed : words.failed} error={save.error} /> : null}
        <div className={css.actions}>
          <Action type="submit" look="primary" combo="Mod Enter" disabled={save.isPending}>
            {button}
          </Action>
          <Action look="plain" combo="Esc" onClick={onClose}>
            {text.common.cancel}
          </Action>
        </div>
      </div>
    </form>
  );
}
