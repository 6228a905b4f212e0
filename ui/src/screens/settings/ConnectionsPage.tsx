import { NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ConnectionRow, ProviderRow } from "../../api/bindings";
import { useCommand, useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { FactList } from "../../shared/Facts";
import { useRoute } from "../../shared/route";
import { ErrorState, LoadingRows, Reply } from "../../shared/States";
import { Tag } from "../../shared/Tag";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import { When } from "../../shared/When";
import { Head } from "./Head";
import css from "./Settings.module.css";

const words = text.connections;

/** Accounts at providers: how each does, what would help, and a form for each that can be connected. */
export function ConnectionsPage() {
  const connections = useQueryApi("connections", {});
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <Head title={words.heading} sub={words.sub} />
      <Reply of={connections} title={text.states.notShown(words.heading)} loading={<LoadingRows rows={4} height={36} twoLine={false} />}>
        {(data) => (
          <>
            {data.connections.length === 0 ? <p className={css.quiet}>{words.none}</p> : null}
            {data.connections.map((row) => (
              <Connection key={row.id} row={row} provider={data.providers.find((each) => each.name === row.provider)} />
            ))}
            {data.providers
              .filter((provider) => provider.several || !data.connections.some((row) => row.provider === provider.name))
              .map((provider) => (
                <section className={css.block} key={provider.name}>
                  <h2>{provider.title}</h2>
                  <p className="sec">{provider.purpose}</p>
                  {open === provider.name ? (
                    <ConnectForm provider={provider} onDone={() => setOpen(null)} />
                  ) : (
                    <Action onClick={() => setOpen(provider.name)}>{words.add(provider.title)}</Action>
                  )}
                </section>
              ))}
          </>
        )}
      </Reply>
    </>
  );
}

function Connection({ row, provider }: { row: ConnectionRow; provider: ProviderRow | undefined }) {
  const { id } = useRoute();
  const [editing, setEditing] = useState(false);
  const [asked, setAsked] = useState(false);
  const check = useCommand("connection_check");
  const disconnect = useDecide("disconnect");
  const name = row.name === "main" ? row.title : `${row.title}: ${row.name}`;
  const recheck = () => check.mutate({ id: row.id });
  const fix = row.trouble?.fix ?? "again";
  return (
    <section className={css.block} aria-label={name} data-current={id === row.id || undefined}>
      <h2>{name}</h2>
      <p>
        <State state={row.state} />
      </p>
      {row.trouble ? <p className="att">{row.trouble.text}</p> : null}
      {row.listener?.state === "failing" ? <p className="att">{plain(row.listener.text)}</p> : null}
      <FactList
        facts={[
          { label: words.address, value: row.base_url === "" ? `${row.options.host ?? ""}:${row.options.port ?? ""}` : row.base_url },
          ...(row.trouble ? [{ label: words.since, value: <When at={row.trouble.since} /> }] : []),
          ...(row.last_ok ? [{ label: words.lastOk, value: <When at={row.last_ok} /> }] : []),
          ...(row.checked_at ? [{ label: words.checked, value: <When at={row.checked_at} /> }] : []),
          ...(row.rate ? [{ label: words.rate, value: <span className="num">{words.rateOf(row.rate)}</span> }, { label: words.rateAt, value: <When at={row.rate.at} /> }] : []),
          ...(row.listener && row.listener.state !== "failing" ? [{ label: words.listener, value: plain(row.listener.text) }] : []),
          ...(row.listener?.state === "listening" ? [{ label: words.heard, value: <span className="num">{words.heardOf(row.listener)}</span> }] : []),
          ...(row.listener?.last_refused ? [{ label: words.refusedLast, value: words.refusedWhy(row.listener.last_refused) }] : []),
          ...(row.listener?.last_refused_at ? [{ label: words.refusedAt, value: <When at={row.listener.last_refused_at} /> }] : []),
        ]}
      />
      {check.error ? <ErrorState title={words.checkFailed} error={check.error} /> : null}
      {disconnect.error ? <ErrorState title={words.failed} error={disconnect.error} /> : null}
      {editing && provider ? (
        <ConnectForm provider={provider} row={row} onDone={() => setEditing(false)} />
      ) : (
        <div className={css.actions}>
          {row.trouble && fix !== "again" ? (
            <Action look="primary" onClick={() => setEditing(true)}>
              {words.fix[fix]}
            </Action>
          ) : null}
          <Action look={row.trouble && fix === "again" ? "primary" : "default"} disabled={check.isPending} onClick={recheck}>
            {row.trouble && fix === "again" ? words.fix.again : words.check}
          </Action>
          {row.trouble && fix !== "again" ? null : (
            <Action look="plain" onClick={() => setEditing(true)}>
              {words.change}
            </Action>
          )}
          {asked ? (
            <>
              <Action look="plain" disabled={disconnect.busy} onClick={() => void disconnect.act({ id: row.id })}>
                {words.disconnectSure}
              </Action>
              <Action look="plain" onClick={() => setAsked(false)}>
                {words.keep}
              </Action>
            </>
          ) : (
            <Action look="plain" onClick={() => setAsked(true)}>
              {words.disconnect}
            </Action>
          )}
        </div>
      )}
    </section>
  );
}

/** Commands stand in backticks for the terminal and the README. */
function plain(words: string): string {
  return words.replaceAll("`", "");
}

function State({ state }: { state: string }) {
  const word = words.states[state] ?? state;
  if (state === "failing") return <Tag tone="danger">{word}</Tag>;
  if (state === "needs_secret") return <Tag tone="attention">{word}</Tag>;
  return <span className="sec">{word}</span>;
}

/** One form for every provider, made of what the engine says it needs. Secrets can be written, never read. */
function ConnectForm({ provider, row, onDone }: { provider: ProviderRow; row?: ConnectionRow; onDone: () => void }) {
  const [base, setBase] = useState(row?.base_url ?? provider.base_url ?? "");
  const [options, setOptions] = useState<Record<string, string>>(() => Object.fromEntries(provider.options.map((field) => [field.name, row?.options[field.name] ?? field.default])));
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const connect = useCommand("connect");
  const set = (name: string, value: string) => setOptions((before) => ({ ...before, [name]: value }));
  const submit = () =>
    connect.mutate(
      { provider: provider.name, base_url: base, options, secrets },
      {
        onSuccess: () => {
          setSecrets({});
          onDone();
        },
      },
    );
  const settings = provider.options.map((field) =>
    field.choices.length > 0 ? (
      <NativeSelect key={field.name} label={field.label} description={plain(field.help)} value={options[field.name]} data={field.choices} onChange={(event) => set(field.name, event.currentTarget.value)} />
    ) : (
      <TextInput key={field.name} label={field.label} description={plain(field.help)} required={field.required} disabled={row !== undefined && field.name === "name"} value={options[field.name]} onChange={(event) => set(field.name, event.currentTarget.value)} />
    ),
  );
  const keys = provider.secrets.map((field) => (
    <PasswordInput
      key={field.name}
      label={field.label}
      description={row?.secrets.includes(field.name) ? words.kept : plain(field.help)}
      required={field.required && !row?.secrets.includes(field.name)}
      value={secrets[field.name] ?? ""}
      autoComplete="off"
      onChange={(event) => {
        const value = event.currentTarget.value;
        setSecrets((before) => ({ ...before, [field.name]: value }));
      }}
    />
  ));
  // What nothing works without stands first.
  const secretsFirst = provider.options.every((field) => !field.required);
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {secretsFirst ? keys : settings}
      {secretsFirst ? settings : null}
      {provider.base_url === null ? null : <TextInput label={words.baseUrl} description={words.baseUrlHelp} value={base} onChange={(event) => setBase(event.currentTarget.value)} />}
      {secretsFirst ? null : keys}
      {connect.error ? <ErrorState title={words.failed} error={connect.error} /> : null}
      <div className={css.actions}>
        <Action type="submit" look="primary" disabled={connect.isPending}>
          {row ? words.saveChange : words.save}
        </Action>
        <Action look="plain" onClick={onDone}>
          {words.cancel}
        </Action>
      </div>
    </form>
  );
}
