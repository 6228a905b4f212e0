import { NumberInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Company } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { ErrorState, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import { When } from "../../shared/When";
import { TableBlock } from "./PlainTable";
import { Head } from "./Head";
import css from "./Settings.module.css";

const words = text.settings.policies;

/** What happens without asking: the undo window, remembered payees, confirmed names. */
export function PoliciesPage() {
  const company = useQueryApi("company", {});
  return (
    <>
      <Head title={words.heading} sub={words.sub} />
      <Reply of={company} title={text.states.notShown(words.heading)}>
        {(data) => <UndoWindow saved={data} />}
      </Reply>
      <Rules />
      <Aliases />
    </>
  );
}

function UndoWindow({ saved }: { saved: Company }) {
  const [seconds, setSeconds] = useState(saved.undo_seconds);
  const save = useDecide("company_save");
  useEffect(() => setSeconds(saved.undo_seconds), [saved.undo_seconds]);
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save.act({ ...saved, undo_seconds: seconds });
      }}
    >
      <NumberInput label={words.undoSeconds} description={words.undoHelp} value={seconds} min={0} max={300} clampBehavior="strict" allowDecimal={false} onChange={(value) => typeof value === "number" && setSeconds(value)} />
      {save.error ? <ErrorState title={text.settings.saveFailed} error={save.error} /> : null}
      {seconds === saved.undo_seconds ? null : (
        <div className={css.actions}>
          <Action type="submit" look="primary" disabled={save.busy}>
            {words.save}
          </Action>
        </div>
      )}
    </form>
  );
}

function Rules() {
  const rules = useQueryApi("rules", {});
  const forget = useDecide("rule_delete");
  return (
    <TableBlock
      title={words.rules}
      sub={words.rulesSub}
      error={forget.error}
      of={rules}
      rowKey={(row) => row.id}
      columns={[
        { header: words.payee, cell: (row) => <span className="mono">{row.payee}</span> },
        { header: words.account, cell: (row) => row.account },
        { header: words.used, align: "right", cell: (row) => row.used },
      ]}
      act={(row) => <Forget name={row.payee} busy={forget.busy} onForget={() => void forget.act({ id: row.id })} />}
      none={<p className={css.quiet}>{words.rulesNone}</p>}
    />
  );
}

function Aliases() {
  const aliases = useQueryApi("aliases", {});
  const forget = useDecide("alias_delete");
  return (
    <TableBlock
      title={words.aliases}
      sub={words.aliasesSub}
      error={forget.error}
      of={aliases}
      rowKey={(row) => row.id}
      columns={[
        { header: words.written, cell: (row) => <span className="mono">{row.payer}</span> },
        { header: words.customer, cell: (row) => row.customer },
        { header: words.since, tone: "secondary", cell: (row) => <When at={row.since} as="date" /> },
      ]}
      act={(row) => <Forget name={row.payer} busy={forget.busy} onForget={() => void forget.act({ id: row.id })} />}
      none={<p className={css.quiet}>{words.aliasesNone}</p>}
    />
  );
}

function Forget({ name, busy, onForget }: { name: string; busy: boolean; onForget: () => void }) {
  return (
    <Action look="link" disabled={busy} onClick={onForget}>
      {words.forget} <span className="sr">{name}</span>
    </Action>
  );
}
