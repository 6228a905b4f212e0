import { NumberInput, Switch } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Security } from "../../api/bindings";
import { Action } from "../../shared/Action";
import { ErrorState } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import css from "./Settings.module.css";

const words = text.lock;
const MINUTES = 10;
const MINUTES_MAX = 120;

/** After how long without you the screen locks. Without a passphrase there would be nothing to open it with. */
export function LockSetting({ security }: { security: Security }) {
  const saved = security.lock_after_minutes ?? null;
  const [minutes, setMinutes] = useState(saved);
  const save = useDecide("security_save");
  const lock = useDecide("lock");
  useEffect(() => setMinutes(saved), [saved]);
  const can = security.approval_passphrase;
  return (
    <section className={css.block}>
      <h2>{words.title}</h2>
      <p className="sec">{can ? words.sub : words.needsPassphrase}</p>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save.act({ lock_after_minutes: minutes });
        }}
      >
        <Switch label={words.on} checked={minutes !== null} onChange={(event) => setMinutes(event.currentTarget.checked ? (saved ?? MINUTES) : null)} />
        {minutes === null ? null : (
          <NumberInput label={words.minutes} description={words.help} value={minutes} min={1} max={MINUTES_MAX} clampBehavior="strict" allowDecimal={false} onChange={(value) => typeof value === "number" && setMinutes(value)} />
        )}
        {save.error ? <ErrorState title={text.settings.saveFailed} error={save.error} /> : null}
        {lock.error ? <ErrorState title={words.lockFailed} error={lock.error} /> : null}
        <div className={css.actions}>
          {minutes === saved ? null : (
            <Action type="submit" look="primary" disabled={save.busy}>
              {words.save}
            </Action>
          )}
          {can ? (
            <Action combo="Mod Shift L" disabled={lock.busy} onClick={() => void lock.act({})}>
              {words.now}
            </Action>
          ) : null}
        </div>
      </form>
    </section>
  );
}
