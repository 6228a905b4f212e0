import { useEffect, useRef } from "react";
import { Key } from "../shared/Key";
import { useActiveKeys, useKeys } from "../shared/keys/useKeys";
import type { KeyBinding } from "../shared/keys/manager";
import { usePreferences } from "../shared/preferences";
import { text } from "../shared/text";
import css from "./Palette.module.css";

/** Every key that works here. What was active when it opened stays listed while it is open. */
export function KeySheet({ onClose }: { onClose: () => void }) {
  const active = useActiveKeys();
  const { singleKeys } = usePreferences();
  const listed = useRef<readonly KeyBinding[]>(active);
  const box = useRef<HTMLDivElement>(null);
  useKeys("window", [{ keys: ["Esc", "?"], label: text.keys.back, hint: true, run: onClose }]);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div className={css.shade} onMouseDown={onClose}>
      <div ref={box} role="dialog" aria-modal="true" aria-label={text.keys.title} tabIndex={-1} className={css.sheet} onMouseDown={(event) => event.stopPropagation()}>
        <h2>{text.keys.title}</h2>
        {singleKeys ? null : <p className="sec">{text.keys.single}</p>}
        <dl className={css.keyGrid}>
          {listed.current.map((binding) => (
            <div key={`${binding.label} ${binding.keys.join()}`}>
              <dt>
                {binding.keys.map((key) => (
                  <Key key={key} combo={key} apart />
                ))}
                <span className="sr">{binding.keys.join(", ")}</span>
              </dt>
              <dd>{binding.label}</dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  );
}
