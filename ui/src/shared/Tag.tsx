import type { ReactNode } from "react";
import css from "./Tag.module.css";

/** A state that changes what you do; plain words need no tag. */
export function Tag({ tone = "neutral", children }: { tone?: "neutral" | "attention" | "danger"; children: ReactNode }) {
  return <span className={`${css.tag} ${css[tone]}`}>{children}</span>;
}
