import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { NotificationSettings, Severity } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { ErrorState, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import { When } from "../../shared/When";
import { Head } from "./Head";
import css from "./Settings.module.css";

const words = text.notifications;
const SEVERITIES: Severity[] = ["critical", "high", "medium", "low"];

/** Who is told of what outside of the window, and everything that was ever asked. */
export function NotificationsPage() {
  const settings = useQueryApi("notifications", {});
  return (
    <>
      <Head title={words.heading} sub={words.sub} />
      <Reply of={settings} title={text.states.notShown(words.heading)}>
        {(data) => <Form saved={data} />}
      </Reply>
      <History />
    </>
  );
}

function Form({ saved }: { saved: NotificationSettings }) {
  const [form, setForm] = useState(saved);
  const save = useDecide("notifications_save");
  useEffect(() => setForm(saved), [saved]);
  const toggle = (channel: "email" | "slack", severity: Severity, on: boolean) =>
    setForm((before) => ({ ...before, [channel]: SEVERITIES.filter((each) => (each === severity ? on : before[channel].includes(each))) }));
  const noMail = saved.email_accounts.length === 0;
  const noSlack = saved.slack_accounts.length === 0;
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save.act(form);
      }}
    >
      <Channel title={words.email} none={noMail ? words.noEmail : null} chosen={form.email} onToggle={(severity, on) => toggle("email", severity, on)} />
      {noMail ? null : (
        <Checkbox label={words.reports} checked={form.reports} onChange={(event) => setForm({ ...form, reports: event.currentTarget.checked })} />
      )}
      {noMail ? null : (
        <div className={css.pair}>
          <TextInput label={words.to} description={words.toHelp(saved.company_email)} value={form.email_to} onChange={(event) => setForm({ ...form, email_to: event.currentTarget.value })} />
          <NativeSelect label={words.emailAccount} value={form.email_account} data={saved.email_accounts} onChange={(event) => setForm({ ...form, email_account: event.currentTarget.value })} />
        </div>
      )}
      <Channel title={words.slack} none={noSlack ? words.noSlack : null} chosen={form.slack} onToggle={(severity, on) => toggle("slack", severity, on)} />
      {noSlack ? null : <NativeSelect label={words.slackAccount} value={form.slack_account} data={saved.slack_accounts} onChange={(event) => setForm({ ...form, slack_account: event.currentTarget.value })} />}
      {save.error ? <ErrorState title={words.failed} error={save.error} /> : null}
      <div className={css.actions}>
        <Action type="submit" look="primary" disabled={save.busy}>
          {words.save}
        </Action>
      </div>
    </form>
  );
}

interface ChannelProps {
  title: string;
  none: string | null;
  chosen: readonly Severity[];
  onToggle: (severity: Severity, on: boolean) => void;
}

function Channel({ title, none, chosen, onToggle }: ChannelProps) {
  return (
    <fieldset className={css.switches} style={{ border: 0, padding: 0, margin: 0 }}>
      <legend style={{ padding: 0 }}>
        <h2>{title}</h2>
      </legend>
      {none ? (
        <p className="sec">
          {none} <a href="#/settings/connections">{words.connect}</a>
        </p>
      ) : null}
      {SEVERITIES.map((severity) => (
        <Checkbox key={severity} label={words.severities[severity]} checked={chosen.includes(severity)} onChange={(event) => onToggle(severity, event.currentTarget.checked)} />
      ))}
    </fieldset>
  );
}

function History() {
  const alerts = useQueryApi("alerts", {});
  return (
    <section className={css.block}>
      <h2>{words.history}</h2>
      <p className="sec">{words.historySub}</p>
      <Reply of={alerts} title={text.states.notShown(words.history)}>
        {(data) =>
          data.alerts.length === 0 ? (
            <p className={css.quiet}>{words.historyNone}</p>
          ) : (
            <table className={css.table} aria-label={words.history}>
              <thead>
                <tr>
                  {[words.title, words.since, words.state, words.told].map((header) => (
                    <th key={header} scope="col">
                      {header}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.alerts.map((row) => (
                  <tr key={row.id}>
                    <th scope="row">{row.title}</th>
                    <td className="sec">
                      <When at={row.since} as="date" />
                    </td>
                    <td className="sec">{row.resolved_at ? <When at={row.resolved_at} as="date" /> : words.open}</td>
                    <td className="sec">{row.told.join(", ")}</td>
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
