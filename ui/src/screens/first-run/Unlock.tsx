import { PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { HostState } from "../../api/bindings";
import { ApiError } from "../../api/client";
import { useCommand } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { ErrorState } from "../../shared/States";
import { text } from "../../shared/text";
import css from "./FirstRun.module.css";
import { Restore } from "./Restore";

/** The books are there and locked: passphrase, recovery code, or why they cannot be opened. */
export function Unlock({ host, onReady }: { host: HostState; onReady: () => void }) {
  const [way, setWay] = useState<"passphrase" | "code" | "restore">(host.state === "needs_recovery_code" ? "code" : "passphrase");
  if (way === "restore") return <Restore host={host} onBack={() => setWay(host.state === "needs_recovery_code" ? "code" : "passphrase")} onReady={onReady} />;
  if (host.state === "failed") return <Failed host={host} onReady={onReady} onRestore={() => setWay("restore")} />;
  const other = host.state === "needs_passphrase" ? () => setWay(way === "code" ? "passphrase" : "code") : undefined;
  return <Secret key={way} way={way} host={host} onReady={onReady} onOther={other} onRestore={() => setWay("restore")} />;
}

function Secret({ way, host, onReady, onOther, onRestore }: { way: "passphrase" | "code"; host: HostState; onReady: () => void; onOther?: () => void; onRestore: () => void }) {
  const [secret, setSecret] = useState("");
  const passphrase = useCommand("unlock");
  const code = useCommand("unlock_with_recovery_code");
  const unlock = way === "code" ? code : passphrase;
  const submit = () => {
    if (secret.trim() === "" || unlock.isPending) return;
    unlock.mutate({ secret: way === "code" ? secret.trim() : secret }, { onSuccess: onReady });
  };
  return (
    <main className={css.page}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div>
          <h1>{way === "code" ? text.unlock.recoveryTitle : text.unlock.passphraseTitle}</h1>
          {/* The key may be missing, or fit no longer: only the engine knows which. */}
          {way === "code" && host.state === "needs_recovery_code" && host.message ? <p>{host.message}</p> : null}
          <p className="sec">{way === "code" ? text.unlock.recoveryBody : (host.message ?? text.unlock.passphraseBody)}</p>
        </div>
        {way === "code" ? (
          <TextInput label={text.unlock.recovery} value={secret} autoFocus autoComplete="off" spellCheck={false} maxLength={200} styles={{ input: { fontFamily: "var(--fm)" } }} onChange={(event) => setSecret(event.currentTarget.value)} />
        ) : (
          <PasswordInput label={text.unlock.passphrase} value={secret} autoFocus autoComplete="current-password" onChange={(event) => setSecret(event.currentTarget.value)} />
        )}
        {unlock.error ? <ErrorState title={text.unlock.failed} error={unlock.error} /> : null}
        <div className={css.actions}>
          <Action type="submit" look="primary" size="tall" disabled={unlock.isPending}>
            {unlock.isPending ? text.unlock.opening : text.unlock.open}
          </Action>
          {onOther ? (
            <Action look="plain" size="tall" onClick={onOther}>
              {way === "code" ? text.unlock.withPassphrase : text.unlock.withCode}
            </Action>
          ) : null}
          {host.state === "needs_recovery_code" ? (
            <Action look="plain" size="tall" onClick={onRestore}>
              {text.restore.title}
            </Action>
          ) : null}
        </div>
        <p className="small sec">{text.unlock.folder(host.folder)}</p>
      </form>
    </main>
  );
}

function Failed({ host, onReady, onRestore }: { host: HostState; onReady: () => void; onRestore: () => void }) {
  return (
    <main className={css.page}>
      <div className={css.form}>
        <ErrorState
          title={text.unlock.failedTitle}
          error={new ApiError("open_failed", host.message ?? text.unlock.failedBody, text.unlock.folder(host.folder))}
          actions={
            <>
              <Action look="primary" onClick={onReady}>
                {text.unlock.again}
              </Action>
              <Action onClick={onRestore}>{text.restore.title}</Action>
            </>
          }
        >
          <p className="sec">{text.unlock.failedBody}</p>
        </ErrorState>
      </div>
    </main>
  );
}
