import { useQueries } from "@tanstack/react-query";
import type { Found } from "../api/bindings";
import { query } from "../api/client";
import { Action } from "./Action";
import { Money } from "./Money";
import { navigate } from "./route";
import { EmptyState } from "./States";
import { text } from "./text";

const words = text.lists.nearest;
const TRIES_MAX = 6;
const STEM_LETTERS = 4;

/** What to look for when nothing fits: all of it, each word, then how the words begin, in case one is mistyped. */
export function tries(typed: string): string[] {
  const pieces = typed.split(/\s+/).filter((piece) => piece.length > 1);
  const stems = pieces.filter((piece) => piece.length > STEM_LETTERS).map((piece) => piece.slice(0, STEM_LETTERS));
  return [...new Set([typed.trim(), ...pieces, ...stems])].filter((each) => each !== "").slice(0, TRIES_MAX);
}

interface Props {
  typed: string;
  /** Routes of this list's records begin so, for example "/money-in/invoices/". */
  route: string;
  /** "invoice": the button shows that one. */
  noun: string;
  onClear: () => void;
}

/** Filtered to nothing: the nearest hit among all records of this list, and Clear filter. */
export function FilteredToNothing({ typed, route, noun, onClear }: Props) {
  const { hit, looking } = useNearest(typed, route);
  const clear = <Action onClick={onClear}>{text.states.clearFilter}</Action>;
  if (typed === "") {
    return (
      <EmptyState title={words.state} actions={clear}>
        {words.stateBody}
      </EmptyState>
    );
  }
  const show = () => {
    if (!hit) return;
    onClear();
    navigate(`#${hit.route}`);
  };
  return (
    <EmptyState
      title={words.nothing(typed)}
      actions={
        <>
          {hit ? (
            <Action look="primary" onClick={show}>
              {words.show(noun)}
            </Action>
          ) : null}
          {clear}
        </>
      }
    >
      {hit ? (
        <>
          {words.is} {hit.title}
          {hit.sub ? `, ${hit.sub}` : ""}
          {hit.amount ? (
            <>
              , <Money value={hit.amount} />
            </>
          ) : null}
          .
        </>
      ) : looking ? (
        words.looking
      ) : (
        words.none
      )}
    </EmptyState>
  );
}

function useNearest(typed: string, route: string): { hit: Found | null; looking: boolean } {
  return useQueries({
    queries: tries(typed).map((each) => ({ queryKey: ["search", { text: each }], queryFn: () => query("search", { text: each }) })),
    combine: (results) => {
      const found = results.flatMap((result) => result.data?.found ?? []);
      return { hit: found.find((each) => each.route.startsWith(route)) ?? null, looking: results.some((result) => result.isPending) };
    },
  });
}
