import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useKeys } from "./keys/useKeys";
import { usePreferences } from "./preferences";
import { text } from "./text";
import css from "./VirtualTable.module.css";

export interface Column<Row> {
  key: string;
  header: string;
  /** Px or a share of the table, or absent for the column that takes the rest. */
  width?: number | `${number}%`;
  /** Broken into lines where it is long, never cut: where money goes, what it is for. */
  wrap?: boolean;
  align?: "left" | "right";
  tone?: "name" | "secondary" | "strong";
  cell: (row: Row) => ReactNode;
  sum?: ReactNode;
  /** What the engine calls the order by this column; absent where no index answers it. */
  sort?: string;
  /** Which end comes first when the header is pressed for the first time. */
  sortFirst?: "smallest" | "largest";
}

/** The order after a header is pressed: its own first end, then the other one. */
export function nextSort(current: string, column: { sort?: string; sortFirst?: "smallest" | "largest" }): string {
  const { sort = "" } = column;
  if (current === sort) return `-${sort}`;
  if (current === `-${sort}`) return sort;
  return column.sortFirst === "largest" ? `-${sort}` : sort;
}

interface Props<Row> {
  label: string;
  noun: string;
  columns: readonly Column<Row>[];
  /** The whole index, once. */
  keys: readonly number[];
  /** The row of a key, when its page has arrived. */
  row: (key: number) => Row | undefined;
  /** Tells which part of the index is on screen, so its pages can be fetched. */
  onWindow?: (window: { first: number; last: number }) => void;
  /** 36 table, 34 payout, 30 journal and movements, 25 balances. */
  height?: 36 | 34 | 30 | 25;
  selected: number | null;
  onSelect: (key: number) => void;
  onOpen?: (key: number) => void;
  /** Drawn under the selected row while it is opened. */
  detail?: (key: number) => ReactNode;
  empty?: ReactNode;
  /** The last row, with the strong hairline. */
  sum?: boolean;
  hint?: boolean;
  /** The order shown, `-` in front for the largest first; headers of columns with `sort` then sort. */
  sorted?: string;
  onSort?: (sort: string) => void;
}

const HEADER_PX = 30;
const OVERSCAN = 12;

/** A real table of any length: the index is whole, the rows are only those in view. */
export function VirtualTable<Row>(props: Props<Row>) {
  const { label, noun, columns, keys, row, onWindow, selected, onSelect, onOpen, detail, empty, sum, hint = true, sorted = "", onSort } = props;
  const { compact } = usePreferences();
  const height = (props.height ?? 36) - (compact ? 4 : 0);
  const scroller = useRef<HTMLDivElement>(null);
  const pendingFocus = useRef<number | null>(null);
  const [detailPx, setDetailPx] = useState(0);
  const openKey = detail && selected !== null ? selected : null;

  const wraps = columns.some((column) => column.wrap);
  const estimate = (index: number) => height + (keys[index] === openKey ? detailPx : 0);
  const virtual = useVirtualizer({
    count: keys.length,
    getScrollElement: () => scroller.current,
    estimateSize: estimate,
    // Without layout nothing can be measured, and the estimate stands.
    measureElement: (element) => (element as HTMLElement).offsetHeight || estimate(Number((element as HTMLElement).dataset.index)),
    getItemKey: (index) => keys[index] ?? index,
    overscan: OVERSCAN,
    scrollPaddingStart: HEADER_PX,
    initialRect: { width: 1000, height: 720 },
  });
  useLayoutEffect(() => virtual.measure(), [virtual, height, openKey, detailPx]);

  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => onWindow?.({ first, last }), [onWindow, first, last]);

  // The index may hold a hundred thousand keys, so it is searched once per selection, not per drawing.
  const found = useMemo(() => (selected === null ? -1 : keys.indexOf(selected)), [keys, selected]);
  const at = Math.max(0, found);
  const current = keys[at] ?? null;
  const goTo = (index: number) => {
    const next = Math.min(keys.length - 1, Math.max(0, index));
    const key = keys[next];
    if (key === undefined) return;
    pendingFocus.current = key;
    onSelect(key);
    virtual.scrollToIndex(next, { align: "auto" });
  };
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / height) - 2);
  useKeys("screen", [
    { keys: ["J", "Down"], shownKeys: ["J", "K"], label: noun, hint, run: () => goTo(at + 1) },
    { keys: ["K", "Up"], label: text.keys.up, run: () => goTo(at - 1) },
    { keys: ["Home"], label: text.keys.first, run: () => goTo(0) },
    { keys: ["End"], label: text.keys.last, run: () => goTo(keys.length - 1) },
    { keys: ["PageDown"], label: text.keys.pageDown, run: () => goTo(at + page) },
    { keys: ["PageUp"], label: text.keys.pageUp, run: () => goTo(at - page) },
    { keys: ["Enter"], label: text.keys.open, hint, enabled: onOpen !== undefined, run: () => current !== null && onOpen?.(current) },
  ]);

  // The chosen row may be drawn only after the scroll, so focus waits for it.
  useEffect(() => {
    if (pendingFocus.current === null) return;
    const element = scroller.current?.querySelector<HTMLElement>(`tr[data-key="${pendingFocus.current}"]`);
    if (!element) return;
    pendingFocus.current = null;
    element.focus({ preventScroll: true });
  });

  if (keys.length === 0 && empty) return <div className={css.empty}>{empty}</div>;
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items[items.length - 1]?.end ?? 0);
  return (
    <div ref={scroller} className={css.scroller}>
      <table className={css.table} role="grid" aria-label={label} aria-rowcount={keys.length + 1 + (sum ? 1 : 0)}>
        <colgroup>
          {columns.map((column) => (
            <col key={column.key} style={column.width ? { width: column.width } : undefined} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sorted={sorted} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 ? <Gap px={before} span={columns.length} /> : null}
          {items.map((item) => {
            const key = keys[item.index];
            if (key === undefined) return null;
            return (
              <TableRow
                key={key}
                index={item.index}
                measure={wraps ? virtual.measureElement : undefined}
                rowKey={key}
                row={row(key)}
                columns={columns}
                height={height}
                isCurrent={key === current}
                marked={key === selected}
                onSelect={onSelect}
                onOpen={onOpen}
                detail={key === openKey ? detail?.(key) : undefined}
                onDetailPx={setDetailPx}
              />
            );
          })}
          {after > 0 ? <Gap px={after} span={columns.length} /> : null}
        </tbody>
        {sum ? (
          <tfoot>
            <tr aria-rowindex={keys.length + 2}>
              {columns.map((column, index) => (
                <td key={column.key} className={[column.align === "right" ? css.right : "", index === 0 ? "strong" : ""].join(" ")}>
                  {column.sum}
                </td>
              ))}
            </tr>
          </tfoot>
        ) : null}
      </table>
    </div>
  );
}

/** A column's name; a button where the engine can sort by it, plain text elsewhere. */
function HeaderCell<Row>({ column, sorted, onSort }: { column: Column<Row>; sorted: string; onSort?: (sort: string) => void }) {
  const right = column.align === "right" ? css.right : undefined;
  const { sort } = column;
  if (sort === undefined || !onSort) {
    return (
      <th scope="col" className={right}>
        {column.header}
      </th>
    );
  }
  const way = sorted === sort ? "ascending" : sorted === `-${sort}` ? "descending" : undefined;
  const Arrow = way === "ascending" ? IconArrowUp : IconArrowDown;
  return (
    <th scope="col" className={right} aria-sort={way}>
      <button type="button" className={way ? css.sortOn : css.sort} title={text.lists.sortBy(column.header)} onClick={() => onSort(nextSort(sorted, column))}>
        {column.header}
        <Arrow size={12} stroke={2} aria-hidden="true" />
      </button>
    </th>
  );
}

/** Stands for the rows that are not drawn. */
function Gap({ px, span }: { px: number; span: number }) {
  return (
    <tr aria-hidden="true" className={css.gap}>
      <td colSpan={span} style={{ height: px }} />
    </tr>
  );
}

interface RowProps<Row> {
  index: number;
  /** Given where rows are as tall as their words. */
  measure?: (element: HTMLElement | null) => void;
  rowKey: number;
  row: Row | undefined;
  columns: readonly Column<Row>[];
  height: number;
  isCurrent: boolean;
  marked: boolean;
  onSelect: (key: number) => void;
  onOpen?: (key: number) => void;
  detail?: ReactNode;
  onDetailPx: (px: number) => void;
}

function TableRow<Row>({ index, measure, rowKey, row, columns, height, isCurrent, marked, onSelect, onOpen, detail, onDetailPx }: RowProps<Row>) {
  const opened = detail !== undefined;
  const classes = [marked ? css.selected : css.plain, opened ? css.opened : ""].join(" ");
  return (
    <>
      <tr
        ref={measure}
        data-index={index}
        data-key={rowKey}
        aria-rowindex={index + 2}
        aria-selected={marked}
        tabIndex={isCurrent ? 0 : -1}
        className={classes}
        onClick={() => onSelect(rowKey)}
        onDoubleClick={() => onOpen?.(rowKey)}
      >
        {columns.map((column) => (
          <td key={column.key} style={{ height }} className={[column.align === "right" ? css.right : "", column.tone ? css[column.tone] : "", column.wrap ? css.wrap : ""].join(" ")}>
            {row === undefined ? <span className={css.bone} /> : column.cell(row)}
          </td>
        ))}
      </tr>
      {opened ? (
        <tr className={css.detailRow}>
          <td colSpan={columns.length}>
            <Measured onPx={onDetailPx}>{detail}</Measured>
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** Tells its height, so that the virtual list knows how far an opened row reaches. */
function Measured({ onPx, children }: { onPx: (px: number) => void; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = () => onPx(Math.ceil(element.getBoundingClientRect().height));
    measure();
    if (typeof ResizeObserver === "undefined") return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
      onPx(0);
    };
  }, [onPx]);
  return <div ref={box}>{children}</div>;
}
