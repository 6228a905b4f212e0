import type { Amount, Candidate, Difference, MatchChoice, MatchDesk } from "../../../api/bindings";
import { isNegative, isZero } from "../../../shared/format/money";

/** Invoices that the founder named himself, or a candidate's that he wants to split. */
export interface Own {
  targets: string[];
  title: string;
  /** Typed per invoice; nothing typed anywhere gives to them in order. */
  typed: Record<string, string>;
  split: boolean;
}

/** What a founder may do with a gap, in the order of the keys F B P C. */
export const GAPS = ["fee", "ask", "open", "credit"] as const;
export type Gap = (typeof GAPS)[number];

/**
 * The choice that stands until the founder says otherwise: a gap that the evidence calls customary is a
 * fee, any other stays open.
 */
export function usualDifference(candidate: Candidate): Difference {
  if (!isNegative(candidate.difference) || isZero(candidate.difference)) return candidate.choices.includes("over") ? "over" : "none";
  const customary = candidate.evidence.some((piece) => piece.kind === "Amount" && piece.mark === "partly");
  if (customary && candidate.choices.includes("fee")) return "fee";
  return candidate.choices.includes("open") ? "open" : "none";
}

/** What would be booked: the engine's own words of a decision. */
export function choiceOf(desk: MatchDesk, candidate: Candidate | undefined, own: Own | null, difference: Difference | null): MatchChoice | null {
  const line = desk.line.id;
  if (own) {
    if (own.targets.length === 0) return null;
    const any = own.targets.some((target) => (own.typed[target] ?? "") !== "");
    const amounts: Amount[] = any ? own.targets.map((target) => ({ amount: own.typed[target] || "0", currency: desk.line.amount.currency })) : [];
    return { line, kind: "invoices", targets: own.targets, amounts, difference: difference ?? "none" };
  }
  if (!candidate) return null;
  return { line, kind: candidate.kind, targets: candidate.targets, amounts: [], difference: difference ?? usualDifference(candidate) };
}
