import { IconSearch } from "@tabler/icons-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import type { Found } from "../api/bindings";
import { useCommand } from "../api/hooks";
import { Key } from "../shared/Key";
import { useKeys } from "../shared/keys/useKeys";
import { useVoice } from "../shared/live";
import { Money } from "../shared/Money";
import { setPreference } from "../shared/preferences";
import { navigate, routeHref } from "../shared/route";
import { SECTIONS } from "../shared/sections";
import { text } from "../shared/text";
import { useUndo } from "../shared/Undo";
import { useSearch } from "../shared/useSearch";
import css from "./Palette.module.css";

interface Entry {
  id: string;
  title: string;
  sub?: string;
  amount?: Found["amount"];
  combo?: string;
  run: () => void;
}

const WAIT_MS = 120;

/** Ctrl K: what needs you, then records, then actions, each with its key. */
export function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const { of: found, asked, answered } = useSearch("search", typed, WAIT_MS, { enabled: typed.trim() !== "" });
  // What is marked may be taken only where the list belongs to the words that stand in the field.
  const settled = typed.trim() === "" || answered || (found.isError && asked === typed.trim());
  const actions = useActions(typed, onKeys);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  const voice = useVoice();
  useKeys("window", [{ keys: ["Esc"], label: text.keys.back, hint: true, whileTyping: true, run: onClose }]);

  useEffect(() => {
    const before = document.activeElement;
    input.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  const groups = useMemo(() => {
    const results = typed.trim() === "" || asked === "" ? [] : (found.data?.found ?? []);
    const entry = (item: Found, index: number): Entry => ({
      id: `${item.kind}-${index}-${item.route}`,
      title: item.title,
      sub: item.sub,
      amount: item.amount,
      run: () => navigate(`#${item.route}`),
    });
    return [
      { title: text.palette.needsYou, entries: results.filter((r) => r.kind === "decision").map(entry) },
      { title: text.palette.records, entries: results.filter((r) => r.kind !== "decision").map(entry) },
      { title: text.palette.actions, entries: actions },
    ].filter((group) => group.entries.length > 0);
  }, [typed, asked, found.data, actions]);
  const entries = groups.flatMap((group) => group.entries);
  const current = Math.min(at, Math.max(0, entries.length - 1));
  useEffect(() => setAt(0), [typed, asked, settled]);
  useEffect(() => {
    if (asked !== "" && !found.isFetching) voice.say(text.palette.found(entries.length));
    // Only a finished search is announced, once.
  }, [asked, found.isFetching, entries.length, voice]);
  useEffect(() => {
    list.current?.querySelector(`[data-at="${current}"]`)?.scrollIntoView?.({ block: "nearest" });
  }, [current]);

  const choose = (entry: Entry | undefined) => {
    if (!entry || !settled) return;
    onClose();
    entry.run();
  };
  let index = -1;
  return (
    <div className={css.shade} onMouseDown={onClose}>
      <div role="dialog" aria-modal="true" aria-label={text.palette.label} className={css.palette} onMouseDown={(event) => event.stopPropagation()}>
        <div className={css.head}>
          <IconSearch size={16} stroke={1.8} aria-hidden="true" />
          <input
            ref={input}
            role="combobox"
            aria-label={text.palette.label}
            aria-expanded={entries.length > 0}
            aria-controls={listId}
            aria-activedescendant={settled && entries.length > 0 ? `${listId}-${current}` : undefined}
            aria-autocomplete="list"
            className={css.input}
            placeholder={text.palette.placeholder}
            value={typed}
            maxLength={200}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "ArrowDown" || event.key === "ArrowUp") {
                event.preventDefault();
                const step = event.key === "ArrowDown" ? 1 : -1;
                setAt(Math.min(entries.length - 1, Math.max(0, current + step)));
              } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
                event.preventDefault();
                choose(entries[current]);
              }
            }}
          />
          <Key combo="Esc" />
        </div>
        <div ref={list} id={listId} role="listbox" aria-label={text.palette.label} className={css.list}>
          {groups.map((group) => (
            <div key={group.title} role="group" aria-label={group.title}>
              <div className={css.group} aria-hidden="true">
                {group.title}
              </div>
              {group.entries.map((entry) => {
                index += 1;
                const mine = index;
                return (
                  <div
                    key={entry.id}
                    id={`${listId}-${mine}`}
                    data-at={mine}
                    role="option"
                    aria-selected={settled && mine === current}
                    className={settled && mine === current ? css.on : css.off}
                    onMouseMove={() => setAt(mine)}
                    onClick={() => choose(entry)}
                  >
                    <span className={css.words}>
                      <span className="name">{entry.title}</span> <span className="sec">{entry.sub}</span>
                    </span>
                    {entry.amount ? <Money value={entry.amount} /> : null}
                    {settled && mine === current ? <Key combo="Enter" /> : entry.combo ? <Key combo={entry.combo} apart /> : null}
                  </div>
                );
              })}
            </div>
          ))}
        </div>
        {entries.length === 0 && !found.isFetching ? <p className={css.none}>{text.palette.nothing(typed)}</p> : null}
        {found.error ? <p className={`danger ${css.none}`}>{found.error.message}</p> : null}
      </div>
    </div>
  );
}

function useActions(typed: string, onKeys: () => void): Entry[] {
  const pause = useCommand("pause_all");
  const { show } = useUndo();
  const pauseAll = pause.mutate;
  const lockNow = useCommand("lock").mutate;
  return useMemo(() => {
    const all: Entry[] = [
      { id: "record", title: text.palette.record, combo: "N", run: () => navigate("#/money-in/payments/new") },
      { id: "invoice", title: text.palette.newInvoice, run: () => navigate("#/money-in/invoices/new") },
      { id: "import", title: text.palette.importStatement, run: () => navigate("#/settings/accounts/import?kind=statement") },
      ...SECTIONS.map((section) => ({
        id: `go-${section.id}`,
        title: text.palette.goTo(section.heading ?? section.title),
        combo: `G ${section.letter}`,
        run: () => navigate(routeHref(section.id, section.tabs[0]?.id ?? "")),
      })),
      ...SECTIONS.flatMap((section) =>
        section.tabs.map((tab) => ({
          id: `go-${section.id}-${tab.id}`,
          title: text.palette.goTo(`${section.title}, ${tab.title}`),
          run: () => navigate(routeHref(section.id, tab.id)),
        })),
      ),
      { id: "pause", title: text.palette.pause, combo: "Mod Shift P", run: () => pauseAll({}, { onSuccess: show }) },
      { id: "lock", title: text.lock.palette, combo: "Mod Shift L", run: () => lockNow({}, { onError: (error) => show({ sequence: 0, say: error.message, undo: null }) }) },
      { id: "verify", title: text.palette.verify, run: () => navigate("#/ledger/tie-out?verify=1") },
      { id: "backup", title: text.palette.backup, run: () => navigate("#/settings/backups") },
      { id: "keys", title: text.palette.keys, combo: "?", run: onKeys },
      { id: "light", title: text.palette.light, run: () => setPreference("scheme", "light") },
      { id: "dark", title: text.palette.dark, run: () => setPreference("scheme", "dark") },
      { id: "auto", title: text.palette.auto, run: () => setPreference("scheme", "auto") },
    ];
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = all.filter((entry) => words.every((word) => entry.title.toLowerCase().includes(word)));
    const journal: Entry[] = typed.trim()
      ? [
          {
            id: "journal",
            title: text.palette.searchJournal(typed.trim()),
            run: () => navigate(routeHref("ledger", "journal", null, { text: typed.trim() })),
          },
        ]
      : [];
    return [...fitting.slice(0, typed ? 8 : 9), ...journal];
  }, [typed, onKeys, pauseAll, lockNow, show]);
}
