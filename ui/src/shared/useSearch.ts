import type { UseQueryResult } from "@tanstack/react-query";
import type { ApiError, Input, Output, QueryMethod } from "../api/client";
import { useQueryApi } from "../api/hooks";
import { useDelayed } from "./useDelayed";

type SearchMethod = { [M in QueryMethod]: Input<M> extends { text: string } ? ({ text: string } extends Input<M> ? M : never) : never }[QueryMethod];

export interface Search<M extends QueryMethod> {
  of: UseQueryResult<Output<M>, ApiError>;
  /** The words that were asked for, a moment after typing. */
  asked: string;
  /** The answer is one to the words that stand in the field now. Nothing may be chosen from any other answer. */
  answered: boolean;
}

/** Looks for what is typed. An older answer stays to be seen, and `answered` says that it is one. */
export function useSearch<M extends SearchMethod>(method: M, typed: string, ms: number, options: { enabled?: boolean } = {}): Search<M> {
  const wanted = typed.trim();
  const asked = useDelayed(wanted, ms);
  const of = useQueryApi(method, { text: asked } as Input<M>, options);
  return { of, asked, answered: asked === wanted && of.data !== undefined && !of.isPlaceholderData };
}
