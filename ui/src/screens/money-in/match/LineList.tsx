import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, type ReactNode } from "react";
import type { LineRow } from "../../../api/bindings";
import { useKeys } from "../../../shared/keys/useKeys";
import { Money } from "../../../shared/Money";
import { text } from "../../../shared/text";
import { When } from "../../../shared/When";
import css from "./Match.module.css";

const words = text.moneyIn.match;
const OVERSCAN = 10;

export interface LineGroup {
  id: "needs" | "ready" | "booked";
  keys: readonly number[];
  head: ReactNode;
}

type Item = { head: LineGroup } | { head: null; group: LineGroup["id"]; key: number; at: number };

const PX = { head: 44, needs: 72, ready: 57, booked: 57 } as const;

interface Props {
  groups: readonly LineGroup[];
  selected: number | null;
  onSelect: (key: number) => void;
  row: (key: number) => LineRow | undefined;
  /** Which part of all keys, one after the other, is on screen. */
  onWindow: (window: { first: number; last: number }) => void;
}

/** The lines of all groups as one listbox of any length; rows are as tall as their reasons. */
export function LineList({ groups, selected, onSelect, row, onWindow }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  const { items, keys } = useMemo(() => flatten(groups), [groups]);
  const estimate = (index: number) => {
    const item = items[index];
    return item === undefined || item.head ? PX.head : PX[item.group];
  };
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: estimate,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : item.head ? item.head.id : item.key;
    },
    // Without layout nothing can be measured, and the estimate stands.
    measureElement: (element) => (element as HTMLElement).offsetHeight || estimate(Number((element as HTMLElement).dataset.index)),
    overscan: OVERSCAN,
    initialRect: { width: 392, height: 720 },
  });
  const drawn = virtual.getVirtualItems();
  const lines = drawn.map((v) => items[v.index]).filter((item) => item !== undefined && item.head === null);
  const first = lines[0]?.at ?? 0;
  const last = lines[lines.length - 1]?.at ?? 0;
  useEffect(() => onWindow({ first, last }), [onWindow, first, last]);

  // A row that arrives is as tall as its reason; the list learns it before it is painted.
  const arrived = lines.map((item) => (row(item.key) ? item.key : "")).join(" ");
  useLayoutEffect(() => {
    for (const element of scroller.current?.querySelectorAll<HTMLElement>("[data-index]") ?? []) virtual.measureElement(element);
  }, [virtual, arrived]);

  const at = selected === null ? -1 : keys.indexOf(selected);
  const go = (next: number) => {
    const key = keys[Math.min(keys.length - 1, Math.max(0, next))];
    if (key === undefined) return;
    moved.current = true;
    onSelect(key);
  };
  const any = keys.length > 0;
  useKeys("screen", [
    { keys: ["J", "Down"], shownKeys: ["J", "K"], label: words.noun, hint: any, enabled: any, run: () => go(at + 1) },
    { keys: ["K", "Up"], label: text.keys.up, enabled: any, run: () => go(at - 1) },
    { keys: ["Home"], label: text.keys.first, enabled: any, run: () => go(0) },
    { keys: ["End"], label: text.keys.last, enabled: any, run: () => go(keys.length - 1) },
  ]);

  // The chosen line stays in view, also when a decision chose it; focus follows only the arrow keys.
  const index = items.findIndex((item) => item.head === null && item.key === selected);
  useEffect(() => {
    if (index < 0) return;
    const drawnOption = scroller.current?.querySelector<HTMLElement>(`[data-index="${index === 1 ? 0 : index}"]`);
    // While it scrolls by itself the list measures nothing, so what is drawn already is only moved into view.
    if (drawnOption) drawnOption.scrollIntoView?.({ block: "nearest" });
    else virtual.scrollToIndex(index, { align: "auto" });
  }, [virtual, index]);
  useEffect(() => {
    if (!moved.current || selected === null) return;
    const option = scroller.current?.querySelector<HTMLElement>(`[data-line="${selected}"]`);
    if (!option) return;
    moved.current = false;
    option.focus({ preventScroll: true });
  });

  const owned = lines.map((item) => `line-${item.key}`).join(" ");
  return (
    <div ref={scroller} className={css.scroller}>
      <div role="listbox" aria-label={words.list} aria-owns={owned} className="sr" />
      <div className={css.virtual} style={{ height: virtual.getTotalSize() }}>
        {drawn.map((v) => {
          const item = items[v.index];
          if (item === undefined) return null;
          const style = { transform: `translateY(${v.start}px)` };
          if (item.head) {
            return (
              <div key={v.key} ref={virtual.measureElement} data-index={v.index} className={css.groupHead} style={style}>
                {item.head.head}
              </div>
            );
          }
          const isCurrent = item.key === selected;
          return (
            <div key={v.key} ref={virtual.measureElement} data-index={v.index} className={css.item} style={style}>
              <div
                id={`line-${item.key}`}
                data-line={item.key}
                role="option"
                aria-selected={isCurrent}
                aria-posinset={item.at + 1}
                aria-setsize={keys.length}
                tabIndex={isCurrent || (selected === null && item.at === 0) ? 0 : -1}
                className={isCurrent ? css.lineOn : css.line}
                onClick={() => onSelect(item.key)}
              >
                <Line row={row(item.key)} reason={item.group === "needs"} />
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function flatten(groups: readonly LineGroup[]): { items: Item[]; keys: number[] } {
  const items: Item[] = [];
  const keys: number[] = [];
  for (const group of groups) {
    if (group.keys.length === 0) continue;
    items.push({ head: group });
    for (const key of group.keys) {
      items.push({ head: null, group: group.id, key, at: keys.length });
      keys.push(key);
    }
  }
  return { items, keys };
}

function Line({ row, reason }: { row: LineRow | undefined; reason: boolean }) {
  if (!row) {
    return (
      <span className={reason ? css.bonesTall : css.bones} aria-hidden="true">
        <span />
        <span />
      </span>
    );
  }
  return (
    <>
      <div className="between">
        <span className={`name ${css.payer}`}>{row.payer || words.noName}</span>
        <Money value={row.amount} strong />
      </div>
      <div className="between">
        <span className={`mono ter ${css.memo}`}>{row.description || words.noMemo}</span>
        <When at={row.date} as="date" className="small sec" />
      </div>
      {reason && row.headline ? <div className={`small ${row.alarm ? css.alarm : "sec"} ${css.reason}`}>{row.headline}</div> : null}
    </>
  );
}
