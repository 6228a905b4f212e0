import css from "./Key.module.css";
import { shown, type Combo } from "./keys/combo";

/** The chips of one key; silent, because the button carries aria-keyshortcuts. */
export function Key({ combo, onFill, apart }: { combo: Combo; onFill?: boolean; apart?: boolean }) {
  const label = shown(combo);
  const chips = apart ? label.split(" ") : [label];
  return (
    <span className={css.keys} aria-hidden="true">
      {chips.map((chip, index) => (
        <kbd key={index} className={onFill ? css.onFill : css.key}>
          {chip}
        </kbd>
      ))}
    </span>
  );
}
