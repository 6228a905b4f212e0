import { PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { HostState } from "../../api/bindings";
import { useCommand } from "../../api/hooks";
import { shell } from "../../api/shell";
import { Action } from "../../shared/Action";
import { useKeys } from "../../shared/keys/useKeys";
import { ErrorState } from "../../shared/States";
import { text } from "../../shared/text";
import css from "./FirstRun.module.css";

/** Opens a backup on this machine; it starts paused. */
export function Restore({ host, onBack, onReady }: { host: HostState; onBack: () => void; onReady: () => void }) {
  const [path, setPath] = useState("");
  const [code, setCode] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const restore = useCommand("restore");
  const needsPassphrase = host.vault === "passphrase_file";
  const choose = () => {
    shell()
      .pickFile(text.restore.file, [{ name: text.restore.kind, extensions: ["purser-backup"] }])
      .then(
        (picked) => {
          if (picked) setPath(picked);
        },
        (raw: Error) => setProblem(raw.message),
      );
  };
  const submit = () => {
    if (path === "" || restore.isPending) return;
    restore.mutate({ path, recovery_code: code.trim(), passphrase: needsPassphrase ? passphrase : null }, { onSuccess: onReady });
  };
  useKeys("screen", [{ keys: ["Esc"], label: text.company.back, hint: true, whileTyping: true, run: onBack }]);
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
          <h1>{text.restore.title}</h1>
          <p className="sec">{text.restore.body}</p>
        </div>
        <div>
          <div className="label">{text.restore.file}</div>
          <div className={css.file}>
            <Action onClick={choose}>{text.restore.choose}</Action>
            <span className="mono">{path || text.restore.none}</span>
          </div>
          {problem ? <p className="danger">{problem}</p> : null}
        </div>
        <TextInput label={text.restore.code} description={text.restore.codeHelp} value={code} autoComplete="off" spellCheck={false} maxLength={200} styles={{ input: { fontFamily: "var(--fm)" } }} onChange={(event) => setCode(event.currentTarget.value)} />
        {needsPassphrase ? <PasswordInput label={text.company.passphrase} description={text.company.passphraseHelp} value={passphrase} autoComplete="new-password" onChange={(event) => setPassphrase(event.currentTarget.value)} /> : null}
        {restore.error ? <ErrorState title={text.restore.failed} error={restore.error} /> : null}
        <div className={css.actions}>
          {path !== "" ? (
            <Action type="submit" look="primary" size="tall" disabled={restore.isPending}>
              {text.restore.button}
            </Action>
          ) : null}
          <Action look="plain" size="tall" onClick={onBack}>
            {text.company.back}
          </Action>
        </div>
      </form>
    </main>
  );
}
