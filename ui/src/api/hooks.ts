import { keepPreviousData, QueryCache, QueryClient, useMutation, useQueries, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import {
  ApiError,
  command,
  onChanged,
  query,
  release,
  type Changed,
  type CommandMethod,
  type Input,
  type Output,
  type QueryMethod,
  type ReleaseMethod,
} from "./client";
import { TOPICS } from "./topics";

/** Old content stays while new content is read; nothing is retried behind the founder's back. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    // Locked meanwhile: what may be shown now is read again, and the window shows the lock.
    queryCache: new QueryCache({ onError: (error) => (error as ApiError).code === "locked" && void client.invalidateQueries({ queryKey: ["host_state"] }) }),
    defaultOptions: {
      queries: { retry: false, staleTime: 15_000, gcTime: 5 * 60_000, refetchOnWindowFocus: "always", networkMode: "always" },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  return client;
}

/** Per window: when each method's answer last became old, counted in changes. */
interface ChangeLog {
  tick: number;
  oldSince: Map<string, number>;
}

const logs = new WeakMap<QueryClient, ChangeLog>();

function logOf(client: QueryClient): ChangeLog {
  let log = logs.get(client);
  if (!log) {
    log = { tick: 0, oldSince: new Map() };
    logs.set(client, log);
  }
  return log;
}

/**
 * One question at a time per query. A change that arrives while an answer is on its way does not start a
 * second question beside it, so answers cannot overtake each other and a busy engine cannot starve a slow
 * query; instead the question is asked once more as soon as the answer is there.
 */
async function ask<M extends QueryMethod>(client: QueryClient, method: M, input: Input<M>): Promise<Output<M>> {
  const log = logOf(client);
  const began = log.tick;
  try {
    return await query(method, input);
  } finally {
    if ((log.oldSince.get(method) ?? 0) > began) {
      // After this answer has been stored.
      window.setTimeout(() => void client.invalidateQueries({ queryKey: [method, input], exact: true }, { cancelRefetch: false }), 0);
    }
  }
}

/** Asks before a screen does, so that the answer is there or on its way when the screen is drawn. */
export function askAhead<M extends QueryMethod>(client: QueryClient, method: M, input: Input<M>): void {
  void client.prefetchQuery({ queryKey: [method, input], queryFn: () => ask(client, method, input) });
}

/** Every reply a screen shows. The previous reply stays visible while the next one is on its way. */
export function useQueryApi<M extends QueryMethod>(
  method: M,
  input: Input<M>,
  options: { enabled?: boolean; keep?: boolean; refetchMs?: number } = {},
): UseQueryResult<Output<M>, ApiError> {
  return useQuery<Output<M>, ApiError>({
    queryKey: [method, input],
    queryFn: ({ client }) => ask(client, method, input),
    enabled: options.enabled ?? true,
    placeholderData: options.keep === false ? undefined : (keepPreviousData as never),
    refetchInterval: options.refetchMs,
  });
}

/** One decision. What it changed is read again by the `changed` event; on failure too, for the screen may be stale. */
export function useCommand<M extends CommandMethod>(method: M): UseMutationResult<Output<M>, ApiError, Input<M>> {
  const client = useQueryClient();
  return useMutation<Output<M>, ApiError, Input<M>>({
    mutationKey: [method],
    mutationFn: (input) => command(method, input),
    onSettled: () => applyChange(client, { topics: ["*"], sequence: 0 }),
  });
}

/** For the confirm window. */
export function useRelease<M extends ReleaseMethod>(method: M): UseMutationResult<Output<M>, ApiError, Input<M>> {
  const client = useQueryClient();
  return useMutation<Output<M>, ApiError, Input<M>>({
    mutationKey: [method],
    mutationFn: (input) => release(method, input),
    onSettled: () => applyChange(client, { topics: ["*"], sequence: 0 }),
  });
}

/** True when a change concerns a query. */
export function concerns(method: string, topics: readonly string[]): boolean {
  const own = TOPICS[method as QueryMethod] as readonly string[] | undefined;
  if (!own) return true;
  return own.includes("*") || topics.includes("*") || own.some((topic) => topics.includes(topic));
}

/** Reads again what a change concerns; what is on its way already is read again when it has arrived. */
export function applyChange(client: QueryClient, changed: Changed): void {
  const log = logOf(client);
  log.tick += 1;
  for (const method of Object.keys(TOPICS)) {
    if (concerns(method, changed.topics)) log.oldSince.set(method, log.tick);
  }
  void client.invalidateQueries(
    { predicate: (cached) => concerns(String(cached.queryKey[0]), changed.topics) },
    { cancelRefetch: false },
  );
}

/** Mounted once per window. */
export function useChanges(): void {
  const client = useQueryClient();
  useEffect(() => {
    let stop: (() => void) | null = null;
    let gone = false;
    onChanged((changed) => applyChange(client, changed)).then(
      (unlisten) => {
        if (gone) unlisten();
        else stop = unlisten;
      },
      (error: unknown) => {
        // Without events the window still refreshes on focus; the reason belongs in the shell's log.
        window.dispatchEvent(new CustomEvent("purser:problem", { detail: error }));
      },
    );
    return () => {
      gone = true;
      stop?.();
    };
  }, [client]);
}

const PAGE = 100;

type RowsMethod = { [M in QueryMethod]: Input<M> extends { keys: number[] } ? M : never }[QueryMethod];
type RowOf<M extends RowsMethod> = Output<M> extends (infer R)[] ? R : Output<M> extends { rows: (infer R)[] } ? R : never;

/**
 * The rows behind a window of an index. Keys are fetched in fixed pages of the index, so that scrolling
 * back and forth asks the engine once per page.
 */
export function useRows<M extends RowsMethod>(
  method: M,
  keys: readonly number[],
  window: { first: number; last: number },
): { row: (key: number) => RowOf<M> | undefined; error: ApiError | null } {
  const firstPage = Math.max(0, Math.floor(window.first / PAGE));
  const lastPage = Math.max(firstPage, Math.floor(Math.max(0, window.last) / PAGE));
  const pages = useMemo(() => {
    const wanted: number[][] = [];
    for (let page = firstPage; page <= lastPage; page += 1) {
      const slice = keys.slice(page * PAGE, (page + 1) * PAGE);
      if (slice.length > 0) wanted.push(slice);
    }
    return wanted;
  }, [keys, firstPage, lastPage]);
  return useQueries({
    queries: pages.map((slice) => ({
      queryKey: [method, { keys: slice }],
      queryFn: ({ client }: { client: QueryClient }) => ask(client, method, { keys: slice } as unknown as Input<M>),
      placeholderData: keepPreviousData,
    })),
    combine: (results) => {
      const found = new Map<number, RowOf<M>>();
      let error: ApiError | null = null;
      for (const result of results) {
        if (result.error) error = result.error as ApiError;
        const data = result.data as unknown;
        const rows = (Array.isArray(data) ? data : (data as { rows?: unknown[] } | undefined)?.rows) ?? [];
        for (const row of rows as (RowOf<M> & { key: number })[]) found.set(row.key, row);
      }
      return { row: (key: number) => found.get(key), error };
    },
  });
}

/** Keys of one page of the journal's index (`PAGE_KEYS` of the store), and how long before its end the next is asked for. */
const INDEX_PAGE = 2000;
const INDEX_AHEAD = 500;

/**
 * The journal's index as far down as the window is. Each page begins after the last key of the page before it, as that
 * page is now, so that pages join without a gap also when entries come on top.
 */
export function useJournalKeys(
  filter: Omit<Input<"journal_index">, "after">,
  window: { last: number },
): { index: UseQueryResult<Output<"journal_index">, ApiError> | undefined; keys: readonly number[] } {
  const client = useQueryClient();
  const inputs: Input<"journal_index">[] = [];
  let after: number | null = null;
  for (let page = 0; page <= Math.floor((window.last + INDEX_AHEAD) / INDEX_PAGE); page += 1) {
    const input: Input<"journal_index"> = { ...filter, after };
    inputs.push(input);
    const known: Output<"journal_index"> | undefined = client.getQueryData(["journal_index", input]);
    if (!known?.more) break;
    after = known.keys[known.keys.length - 1] ?? null;
  }
  return useQueries({
    queries: inputs.map((input) => ({
      queryKey: ["journal_index", input],
      queryFn: () => ask(client, "journal_index", input),
      placeholderData: input.after === null ? keepPreviousData : undefined,
    })),
    combine: joined,
  });
}

function joined(results: UseQueryResult<Output<"journal_index">, Error>[]) {
  const pages = results as UseQueryResult<Output<"journal_index">, ApiError>[];
  return { index: pages[0], keys: pages.flatMap((page) => page.data?.keys ?? []) };
}
