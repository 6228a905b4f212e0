import { TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { Action } from "../../shared/Action";
import { text } from "../../shared/text";
import css from "./FirstRun.module.css";

/** The groups of a recovery code, as they are read aloud and typed. */
export function groupsOf(code: string): string[] {
  return code.trim().split(/[\s-]+/).filter(Boolean);
}

/** Typed and printed groups are the same whatever their case. */
export function sameGroup(typed: string, group: string): boolean {
  return typed.trim().toUpperCase() === group.toUpperCase();
}

/** Shown once; the books open after one group was typed back from the copy. */
export function Recovery({ code, onDone, pick = Math.random }: { code: string; onDone: () => void; pick?: () => number }) {
  const groups = groupsOf(code);
  const asked = useMemo(() => Math.min(groups.length - 1, Math.floor(pick() * groups.length)), [groups.length, pick]);
  const [hidden, setHidden] = useState(false);
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const [copied, setCopied] = useState(false);
  const confirm = () => {
    if (sameGroup(typed, groups[asked] ?? "")) onDone();
    else setWrong(true);
  };
  return (
    <main className={css.page}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          confirm();
        }}
      >
        <div>
          <h1>{text.recovery.title}</h1>
          <p className="sec">{text.recovery.body}</p>
        </div>
        {hidden ? (
          <>
            <p className="sec">{text.recovery.hidden}</p>
            <TextInput
              label={text.recovery.confirmLabel(asked + 1)}
              value={typed}
              error={wrong ? text.recovery.wrong : undefined}
              autoFocus
              autoComplete="off"
              spellCheck={false}
              maxLength={20}
              styles={{ input: { fontFamily: "var(--fm)" } }}
              onChange={(event) => {
                setTyped(event.currentTarget.value);
                setWrong(false);
              }}
            />
            <div className={css.actions}>
              <Action type="submit" look="primary" size="tall">
                {text.recovery.done}
              </Action>
              <Action look="plain" size="tall" onClick={() => setHidden(false)}>
                {text.recovery.showAgain}
              </Action>
            </div>
          </>
        ) : (
          <>
            <ol className={css.code} aria-label={text.recovery.code}>
              {groups.map((group, index) => (
                <li key={index}>
                  <span aria-hidden="true">{index + 1}</span>
                  {group}
                </li>
              ))}
            </ol>
            <div className={css.actions}>
              <Action look="primary" size="tall" onClick={() => setHidden(true)}>
                {text.recovery.typeBack}
              </Action>
              <Action
                look="plain"
                size="tall"
                onClick={() => {
                  navigator.clipboard.writeText(code).then(
                    () => setCopied(true),
                    () => setCopied(false),
                  );
                }}
              >
                {copied ? text.common.copied : text.recovery.copy}
              </Action>
            </div>
          </>
        )}
      </form>
    </main>
  );
}
