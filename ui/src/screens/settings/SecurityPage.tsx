import { PasswordInput } from "@mantine/core";
import { useState } from "react";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { FactList } from "../../shared/Facts";
import { navigate } from "../../shared/route";
import { ErrorState, LoadingRows, Reply } from "../../shared/States";
import { useStatus } from "../../shared/status";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import { LockSetting } from "./LockSetting";
import { Head } from "./Head";
import css from "./Settings.module.css";
import { countText } from "../../shared/locale";

const words = text.settings.security;

/** Where the key is, and what releasing money asks for. */
export function SecurityPage() {
  const security = useQueryApi("security", {});
  return (
    <>
      <Head title={words.heading} sub={words.sub} />
      <Reply of={security} title={text.states.notShown(words.heading)} loading={<LoadingRows rows={5} height={30} twoLine={false} />}>
        {(data) => (
          <>
            <FactList
              facts={[
                { label: words.vault, value: data.vault === "keychain" ? words.keychain : words.file },
                { label: words.encryption, value: data.encryption },
                { label: words.folder, value: <span className={css.mono}>{data.folder}</span> },
                { label: words.store, value: <span className={css.mono}>{data.store_id}</span> },
                { label: words.head, value: <span className={css.mono}>{data.audit_head}</span> },
                { label: words.rows, value: <span className="num">{countText(data.audit_rows)}</span> },
              ]}
            />
            <div className={css.actions} style={{ marginTop: 12 }}>
              <Action onClick={() => navigate("#/ledger/tie-out?verify=1")}>{words.verify}</Action>
            </div>
            <ApprovalPassphrase on={data.approval_passphrase} own={data.vault !== "passphrase_file"} />
            <LockSetting security={data} />
          </>
        )}
      </Reply>
    </>
  );
}

/** Where a passphrase opens the books, approving asks for that one, and there is none to set. */
function ApprovalPassphrase({ on, own }: { on: boolean; own: boolean }) {
  const demo = useStatus()?.demo ?? false;
  return (
    <section className={css.block}>
      <h2>{words.approval}</h2>
      <p className="sec">{on ? (demo ? words.approvalDemo : own ? words.approvalOn : words.approvalFile) : words.approvalOff}</p>
      {own ? <PassphraseForm on={on} /> : null}
    </section>
  );
}

/** Sets one; changes it, or switches it off, for who knows the present one. */
function PassphraseForm({ on }: { on: boolean }) {
  const [present, setPresent] = useState("");
  const [secret, setSecret] = useState("");
  const [again, setAgain] = useState("");
  const set = useDecide("approval_passphrase_set");
  const differs = again !== "" && secret !== again;
  const ready = secret !== "" && secret === again && (!on || present !== "");
  const submit = async (value: string) => {
    if (await set.act({ present, secret: value })) {
      setPresent("");
      setSecret("");
      setAgain("");
    }
  };
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void submit(secret);
      }}
    >
      {on ? <PasswordInput label={words.present} description={words.presentHelp} value={present} autoComplete="off" onChange={(event) => setPresent(event.currentTarget.value)} /> : null}
      <div className={css.pair}>
        <PasswordInput label={words.newPassphrase} value={secret} autoComplete="new-password" onChange={(event) => setSecret(event.currentTarget.value)} />
        <PasswordInput label={words.again} value={again} autoComplete="new-password" error={differs ? words.differs : undefined} onChange={(event) => setAgain(event.currentTarget.value)} />
      </div>
      {set.error ? <ErrorState title={words.failed} error={set.error} /> : null}
      <div className={css.actions}>
        {ready ? (
          <Action type="submit" look="primary" disabled={set.busy}>
            {on ? words.change : words.set}
          </Action>
        ) : null}
        {on && present !== "" && secret === "" && again === "" ? (
          <Action look="plain" disabled={set.busy} onClick={() => void submit("")}>
            {words.off}
          </Action>
        ) : null}
      </div>
    </form>
  );
}
