import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { JobsRest } from "../../api/bindings";
import { Action } from "../../shared/Action";
import { useKeys } from "../../shared/keys/useKeys";
import { Problem } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import css from "./Jobs.module.css";

const words = text.jobs.rest;

/** The daily hours in which no job begins by itself. */
export function RestForm({ rest, onClose }: { rest: JobsRest | null; onClose: () => void }) {
  const [from, setFrom] = useState(rest?.from ?? "03:00");
  const [until, setUntil] = useState(rest?.until ?? "04:00");
  const save = useDecide("jobs_rest");
  const submit = async (input: { from: string; until: string }) => {
    if (await save.act(input)) onClose();
  };
  useKeys("screen", [{ keys: ["Esc"], label: text.keys.back, hint: true, whileTyping: true, run: onClose }]);
  return (
    <form
      className={`${css.drawer} ${css.form}`}
      aria-label={words.title}
      onSubmit={(event) => {
        event.preventDefault();
        void submit({ from, until });
      }}
    >
      <h1>{words.title}</h1>
      <p className="sec">{words.body}</p>
      <p>{rest ? words.is(rest.from, rest.until) : words.none}</p>
      <TextInput maxLength={5} autoComplete="off" label={words.from} value={from} autoFocus onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput maxLength={5} autoComplete="off" label={words.until} description={words.help} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
      <Problem error={save.error} />
      <div className={css.actions}>
        <Action type="submit" look="primary" disabled={save.busy}>
          {words.save}
        </Action>
        {rest ? (
          <Action disabled={save.busy} onClick={() => void submit({ from: "", until: "" })}>
            {words.off}
          </Action>
        ) : null}
        <Action look="plain" combo="Esc" onClick={onClose}>
          {text.common.cancel}
        </Action>
      </div>
    </form>
  );
}
