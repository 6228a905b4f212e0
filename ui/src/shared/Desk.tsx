import type { ReactNode } from "react";
import css from "./Desk.module.css";

/** The pane of one decision: the case above, the decision pinned below in the same place for every item. */
export function Desk({ children, decision, label }: { children: ReactNode; decision?: ReactNode; label: string }) {
  return (
    <section className={css.desk} aria-label={label}>
      <div className={css.case}>{children}</div>
      {decision ? <footer className={css.decision}>{decision}</footer> : null}
    </section>
  );
}

/** An option that is chosen, with its letter: title, consequence. */
export function Choice({ combo, chosen, title, consequence, onChoose, keyChip }: {
  combo: string;
  chosen: boolean;
  title: string;
  consequence: string;
  onChoose: () => void;
  keyChip: ReactNode;
}) {
  return (
    <button type="button" role="radio" aria-checked={chosen} aria-keyshortcuts={combo} className={chosen ? css.chosen : css.choice} onClick={onChoose}>
      <span className="grow">
        <span className={css.choiceTitle}>{title}</span>
        <span className={css.consequence}>{consequence}</span>
      </span>
      {keyChip}
    </button>
  );
}

/** The choices side by side. */
export function Choices({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="radiogroup" aria-label={label} className={css.choices}>
      {children}
    </div>
  );
}

/** Received against open; the gap is hatched and at least 8 px wide. Shares are only for drawing. */
export function ShareBar({ parts, label }: { parts: { share: number; kind: "paid" | "gap" | "rest" }[]; label: string }) {
  return (
    <div role="img" aria-label={label} className={css.bar}>
      {parts.map((part, index) => (
        <span key={index} className={css[part.kind]} style={{ flexGrow: Math.max(part.share, 0.0001) }} />
      ))}
    </div>
  );
}
