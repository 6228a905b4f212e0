import { NumberInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Company } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { ErrorState, LoadingRows, Problem, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import { When } from "../../shared/When";
import css from "./Settings.module.css";

const words = text.settings.policies;

/** What happens without asking: the undo window, remembered payees, confirmed names. */
export function PoliciesPage() {
  const company = useQueryApi("company", {});
  return (
    <>
      <div className={css.head}>
        <h1>{words.heading}</h1>
        <span className="sec">{words.sub}</span>
      </div>
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
    <section className={css.block}>
      <h2>{words.rules}</h2>
      <p className="sec">{words.rulesSub}</p>
      <Problem error={forget.error} />
      <Reply of={rules} title={text.states.notShown(words.rules)} loading={<LoadingRows rows={3} height={36} twoLine={false} />}>
        {(rows) =>
          rows.length === 0 ? (
            <p className={css.quiet}>{words.rulesNone}</p>
          ) : (
            <table className={css.table} aria-label={words.rules}>
              <thead>
                <tr>
                  <th scope="col">{words.payee}</th>
                  <th scope="col">{words.account}</th>
                  <th scope="col" className={css.end}>
                    {words.used}
                  </th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    <th scope="row">
                      <span className="mono">{row.payee}</span>
                    </th>
                    <td>{row.account}</td>
                    <td className={css.endNum}>{row.used}</td>
                    <td className={css.end}>
                      <Action look="link" disabled={forget.busy} onClick={() => void forget.act({ id: row.id })}>
                        {words.forget} <span className="sr">{row.payee}</span>
                      </Action>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Reply>
    </section>
  );
}

function Aliases() {
  const aliases = useQueryApi("aliases", {});
  const forget = useDecide("alias_delete");
  return (
    <section className={css.block}>
      <h2>{words.aliases}</h2>
      <p className="sec">{words.aliasesSub}</p>
      <Problem error={forget.error} />
      <Reply of={aliases} title={text.states.notShown(words.aliases)} loading={<LoadingRows rows={3} height={36} twoLine={false} />}>
        {(rows) =>
          rows.length === 0 ? (
            <p className={css.quiet}>{words.aliasesNone}</p>
          ) : (
            <table className={css.table} aria-label={words.aliases}>
              <thead>
                <tr>
                  <th scope="col">{words.written}</th>
                  <th scope="col">{words.customer}</th>
                  <th scope="col">{words.since}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    <th scope="row">
                      <span className="mono">{row.payer}</span>
                    </th>
                    <td>{row.customer}</td>
                    <td className="sec">
                      <When at={row.since} as="date" />
                    </td>
                    <td className={css.end}>
                      <Action look="link" disabled={forget.busy} onClick={() => void forget.act({ id: row.id })}>
                        {words.forget} <span className="sr">{row.payer}</span>
                      </Action>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Reply>
    </section>
  );
}
