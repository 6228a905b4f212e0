import { useState, type ReactNode } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ApiError } from "../../api/client";
import { ExportProblem, useListExport, type Shown } from "../../shared/listExport";
import { FilteredToNothing } from "../../shared/Nearest";
import { useRoute } from "../../shared/route";
import { SearchField } from "../../shared/SearchField";
import { Segments } from "../../shared/Segments";
import { LoadingRows, Problem, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { useDelayed } from "../../shared/useDelayed";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import css from "./Lists.module.css";

const FILTER_MS = 150;
const ALL = "all";

/** The state, the words and the order of a list. */
export interface Filters {
  state: string;
  typed: string;
  /** The words as they are asked for, a moment after typing. */
  asked: string;
  sort: string;
  filtered: boolean;
  setState: (state: string) => void;
  setTyped: (typed: string) => void;
  setSort: (sort: string) => void;
  clear: () => void;
}

/** Begins with the words that the address names (`?text=`), all states and the given order. */
export function useFilters(sortedFirst: string): Filters {
  const route = useRoute();
  const [state, setState] = useState(ALL);
  const [typed, setTyped] = useState(route.query.get("text") ?? "");
  const [sort, setSort] = useState(sortedFirst);
  const asked = useDelayed(typed.trim(), FILTER_MS);
  const clear = () => {
    setTyped("");
    setState(ALL);
  };
  return { state, typed, asked, sort, filtered: asked !== "" || state !== ALL, setState, setTyped, setSort, clear };
}

/** Exports the list with these filters. */
export function useFilteredExport(list: Shown["list"], filters: Filters): ReturnType<typeof useListExport> {
  return useListExport({ list, state: filters.state, text: filters.asked, sort: filters.sort });
}

interface Words {
  list: string;
  noun: string;
  state: string;
  states: readonly { value: string; label: string }[];
  filter: string;
  filterHint: string;
}

interface Props<Row, Index extends { keys: number[] }> {
  words: Words;
  /** Routes of its records begin so. */
  route: string;
  filters: Filters;
  exporting: ReturnType<typeof useListExport>;
  index: UseQueryResult<Index, ApiError>;
  rows: { row: (key: number) => Row | undefined; error: ApiError | null };
  columns: readonly Column<Row>[];
  selected: number | null;
  onSelect: (key: number) => void;
  onWindow: (window: { first: number; last: number }) => void;
  /** Nothing was ever in it. */
  never: ReactNode;
  foot: (index: Index) => ReactNode;
  /** A wider field, where the pane leaves room. */
  wide?: boolean;
}

/** A list of records: states and filter above, the table, its sums below; its empty states included. */
export function RecordList<Row, Index extends { keys: number[] }>({ words, route, filters, exporting, index, rows, columns, selected, onSelect, onWindow, never, foot, wide }: Props<Row, Index>) {
  return (
    <div className={css.page}>
      <div className={css.filters}>
        <Segments label={words.state} options={words.states} value={filters.state} onChange={filters.setState} />
        <div className={wide ? css.searchWide : css.search}>
          <SearchField label={words.filter} placeholder={words.filterHint} value={filters.typed} onChange={filters.setTyped} />
        </div>
      </div>
      <Problem error={rows.error} />
      <ExportProblem of={exporting} />
      <Reply of={index} title={text.states.notShown(words.list)} loading={<LoadingRows rows={10} height={36} twoLine={false} />}>
        {(data) => (
          <>
            <VirtualTable
              label={words.list}
              noun={words.noun}
              columns={columns}
              keys={data.keys}
              row={rows.row}
              onWindow={onWindow}
              selected={selected}
              onSelect={onSelect}
              sorted={filters.sort}
              onSort={filters.setSort}
              empty={filters.filtered ? <FilteredToNothing typed={filters.asked} route={route} noun={words.noun} onClear={filters.clear} /> : never}
            />
            {foot(data)}
          </>
        )}
      </Reply>
    </div>
  );
}
