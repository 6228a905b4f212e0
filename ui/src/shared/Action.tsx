import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import css from "./Action.module.css";
import { Key } from "./Key";
import { ariaKeys, type Combo } from "./keys/combo";

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className"> {
  /** primary: one per screen. plain: text only, for the rare ones. link: inside sentences. */
  look?: "primary" | "default" | "plain" | "link";
  size?: "normal" | "tall";
  /** Printed on the button and announced; the screen registers the key itself. */
  combo?: Combo;
  icon?: ReactNode;
  wide?: boolean;
  ref?: Ref<HTMLButtonElement>;
  children: ReactNode;
}

/** Every button: verb and object in words, its key on it. */
export function Action({ look = "default", size = "normal", combo, icon, wide, children, type = "button", ...rest }: Props) {
  const classes = [css.action, css[look], size === "tall" ? css.tall : "", combo && look !== "link" ? css.keyed : "", wide ? css.wide : ""].filter(Boolean).join(" ");
  return (
    <button {...rest} type={type} className={classes} aria-keyshortcuts={ariaKeys(combo)}>
      {icon ? (
        <span className={css.icon} aria-hidden="true">
          {icon}
        </span>
      ) : null}
      <span>{children}</span>
      {combo && look !== "link" ? <Key combo={combo} onFill={look === "primary"} /> : null}
    </button>
  );
}
