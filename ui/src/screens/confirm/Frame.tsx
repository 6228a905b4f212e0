import { IconX } from "@tabler/icons-react";
import { useEffect, useState, type ReactNode } from "react";
import { asApiError, type ApiError } from "../../api/client";
import { useChanges } from "../../api/hooks";
import { shell } from "../../api/shell";
import { useKeys } from "../../shared/keys/useKeys";
import { Problem } from "../../shared/States";
import { text } from "../../shared/text";
import css from "./Confirm.module.css";

const words = text.confirm;

/** What a press that was meant for something else must not approve. */
const GUARD_MS = 600;

/** True once the window has had the focus for 600 ms without a break. */
export function useGuard(): boolean {
  const [armed, setArmed] = useState(false);
  useEffect(() => {
    let timer = 0;
    const arm = () => {
      window.clearTimeout(timer);
      setArmed(false);
      if (document.hasFocus()) timer = window.setTimeout(() => setArmed(document.hasFocus()), GUARD_MS);
    };
    const disarm = () => {
      window.clearTimeout(timer);
      setArmed(false);
    };
    arm();
    window.addEventListener("focus", arm);
    window.addEventListener("blur", disarm);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("focus", arm);
      window.removeEventListener("blur", disarm);
    };
  }, []);
  return armed;
}

/** Closes the window; that approves nothing. */
export function useClose(): { close: () => void; error: ApiError | null } {
  const [error, setError] = useState<ApiError | null>(null);
  const close = () => {
    shell()
      .closeWindow()
      .catch((raw: unknown) => setError(asApiError(raw)));
  };
  return { close, error };
}

/** Title, what is decided, and the buttons pinned below. */
export function Frame({ title, onClose, closeError, foot, children }: { title: string; onClose: () => void; closeError: ApiError | null; foot: ReactNode; children: ReactNode }) {
  useChanges();
  useKeys("screen", [{ keys: ["Esc"], label: words.notNowKey, hint: true, whileTyping: true, run: onClose }]);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main className={css.window}>
      <header className={css.bar}>
        <h1>{title}</h1>
        <button type="button" className={css.close} aria-label={words.close} onClick={onClose}>
          <IconX size={16} stroke={1.7} />
        </button>
      </header>
      <section className={css.body} aria-label={words.region}>
        {children}
      </section>
      <footer className={css.foot}>
        <Problem error={closeError} />
        {foot}
      </footer>
    </main>
  );
}
