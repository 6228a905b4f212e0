import type { ReactNode } from "react";
import css from "./Settings.module.css";

/** The head of a page of the settings: its name, what it is for, and what can be done there. */
export function Head({ title, sub, children }: { title: string; sub: string; children?: ReactNode }) {
  return (
    <div className={css.head}>
      <h1>{title}</h1>
      <span className="sec">{sub}</span>
      {children ? <div>{children}</div> : null}
    </div>
  );
}
