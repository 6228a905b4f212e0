import type { Batch } from "../../api/bindings";
import { Tag } from "../../shared/Tag";
import { text } from "../../shared/text";

/** Only what wants something has a tag; the rest is a plain word. */
export function BatchState({ batch }: { batch: Batch }) {
  const word = text.payouts.states[batch.state] ?? batch.state;
  if (batch.leaving) return <Tag tone="attention">{text.payouts.leaving}</Tag>;
  if (batch.state === "proposed") return <Tag tone="attention">{word}</Tag>;
  if (batch.state === "failed") return <Tag tone="danger">{word}</Tag>;
  return <span className="sec">{word}</span>;
}
