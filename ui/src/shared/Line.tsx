import { useEffect, useId, useRef, type ReactNode } from "react";
import { useKeys } from "./keys/useKeys";
import css from "./Line.module.css";
import { text } from "./text";

export interface LineGroup {
  id: string;
  label: string;
  head?: ReactNode;
  keys: readonly string[];
}

interface ListProps {
  label: string;
  /** One word for the status line: "line", "payment". */
  noun: string;
  groups: readonly LineGroup[];
  selected: string | null;
  onSelect: (id: string) => void;
  onOpen?: (id: string) => void;
  /** The inside of one row. */
  line: (id: string, selected: boolean) => ReactNode;
  /** Drawn under the selected row, outside the option: buttons may stand here. */
  detail?: (id: string) => ReactNode;
  /** The element that scrolls; its rows are kept in view. */
  hint?: boolean;
}

/** The neighbour of a selection, staying inside the list. */
export function neighbour(ids: readonly string[], selected: string | null, step: 1 | -1): string | null {
  if (ids.length === 0) return null;
  const at = selected === null ? -1 : ids.indexOf(selected);
  if (at < 0) return (step === 1 ? ids[0] : ids[ids.length - 1]) ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))] ?? null;
}

/**
 * A listbox with roving focus. The box owns its options by id, so headings and an opened row's
 * buttons can stand between them without being inside a listbox.
 */
export function Lines({ label, noun, groups, selected, onSelect, onOpen, line, detail, hint = true }: ListProps) {
  const root = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const ids = groups.flatMap((group) => group.keys);
  const current = selected !== null && ids.includes(selected) ? selected : (ids[0] ?? null);
  const moved = useRef(false);

  const go = (id: string | null) => {
    if (id === null) return;
    moved.current = true;
    onSelect(id);
  };
  const opens = onOpen !== undefined;
  useKeys("screen", [
    { keys: ["J", "Down"], shownKeys: ["J", "K"], label: noun, hint, run: () => go(neighbour(ids, current, 1)) },
    { keys: ["K", "Up"], label: text.keys.up, run: () => go(neighbour(ids, current, -1)) },
    { keys: ["Home"], label: text.keys.first, run: () => go(ids[0] ?? null) },
    { keys: ["End"], label: text.keys.last, run: () => go(ids[ids.length - 1] ?? null) },
    { keys: ["Enter"], label: text.keys.open, hint, enabled: opens, run: () => current !== null && onOpen?.(current) },
  ]);

  useEffect(() => {
    if (!moved.current || current === null) return;
    moved.current = false;
    const option = root.current?.querySelector<HTMLElement>(`[data-line="${CSS.escape(current)}"]`);
    option?.focus({ preventScroll: true });
    option?.scrollIntoView?.({ block: "nearest" });
  }, [current]);

  const optionId = (id: string) => `${prefix}-${id}`;
  return (
    <div ref={root} className={css.lines}>
      <div role="listbox" aria-label={label} aria-owns={ids.map(optionId).join(" ")} className="sr" />
      {groups.map((group) => (
        <div key={group.id} className={css.group}>
          {group.head}
          {group.keys.map((id) => {
            const isCurrent = id === current;
            return (
              <div key={id} className={isCurrent ? css.current : css.holder}>
                <div
                  id={optionId(id)}
                  data-line={id}
                  role="option"
                  aria-selected={isCurrent}
                  tabIndex={isCurrent ? 0 : -1}
                  className={css.line}
                  onClick={() => onSelect(id)}
                  onDoubleClick={() => onOpen?.(id)}
                >
                  {line(id, isCurrent)}
                </div>
                {isCurrent && detail ? detail(id) : null}
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}

/** The inside of a queue row: kind, title and reason, age, amount. */
export function TwoLine({ icon, tone, title, reason, age, ageTone, amount, open }: {
  icon?: ReactNode;
  tone?: "neutral" | "attention";
  title: ReactNode;
  reason: ReactNode;
  age?: ReactNode;
  ageTone?: "attention";
  amount?: ReactNode;
  /** The opened top item: larger title, age under the amount. */
  open?: boolean;
}) {
  return (
    <div className={open ? css.twoOpen : css.two}>
      {icon ? (
        <span className={tone === "attention" ? css.iconAttention : css.icon} aria-hidden="true">
          {icon}
        </span>
      ) : null}
      <div className="grow">
        <div className={open ? `h2 ${css.title}` : `name ${css.title}`}>{title}</div>
        <div className={open ? "sec" : `small sec ${css.reason}`}>{reason}</div>
      </div>
      {open ? (
        <div className={css.openAmount}>
          <div className="h2">{amount}</div>
          <div className={`small ${ageTone === "attention" ? `att ${css.ageAtt}` : "sec"}`}>{age}</div>
        </div>
      ) : (
        <>
          <span className={`small ${ageTone === "attention" ? `att ${css.ageAtt}` : "sec"}`}>{age}</span>
          <span className={css.amount}>{amount}</span>
        </>
      )}
    </div>
  );
}
