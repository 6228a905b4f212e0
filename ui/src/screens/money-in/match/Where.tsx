import type { Amount } from "../../../api/bindings";
import { Money } from "../../../shared/Money";
import { text } from "../../../shared/text";
import type { Place } from "./LineDesk";
import css from "./Match.module.css";

const words = text.moneyIn.match;

/** "1 of 4, $4,785.00 of $8,823.00" */
export function Where({ place, amount }: { place: Place | null; amount: Amount }) {
  if (!place) return null;
  return (
    <span className={`small sec ${css.where}`}>
      {words.at(place.at, place.of)}, <Money value={amount} /> {words.of} <Money value={place.sum} />
    </span>
  );
}
