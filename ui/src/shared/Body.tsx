import { IconLayoutSidebarRight, IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import css from "./Body.module.css";
import { useKeys } from "./keys/useKeys";
import { text } from "./text";

/** From this width of the window on every pane has its own. */
const ROOMY = 1340;
const FOLD = "(max-width: 1199px)";

/** True when the window is too narrow for a rail. */
export function useFolded(): boolean {
  const [folded, setFolded] = useState(() => window.matchMedia?.(FOLD).matches ?? false);
  useEffect(() => {
    const media = window.matchMedia?.(FOLD);
    if (!media) return undefined;
    const listen = () => setFolded(media.matches);
    media.addEventListener("change", listen);
    return () => media.removeEventListener("change", listen);
  }, []);
  return folded;
}

interface Props {
  /** Width of the right pane in px, or of the left one where `fixed` is "main". */
  side: number;
  /** How narrow it may become where the window is small. */
  least?: number;
  fixed?: "side" | "main";
  main: ReactNode;
  rail: ReactNode;
  /** Names the rail for screen readers and on its fold button. */
  railLabel: string;
  /** Opens the folded rail, for example when a row was chosen. */
  open?: boolean;
  onClose?: () => void;
  tone?: "sunken" | "surface";
}

/** Main pane with a right pane that folds into a drawer under 1200 px. */
export function Body({ side, least = side, fixed = "side", main, rail, railLabel, open = false, onClose, tone = "sunken" }: Props) {
  const folded = useFolded();
  const [opened, setOpened] = useState(false);
  const shown = folded && (opened || open);
  const close = () => {
    setOpened(false);
    onClose?.();
  };
  const width = folded ? "44px" : `clamp(${least}px, 100vw - ${ROOMY - side}px, ${side}px)`;
  const columns = fixed === "side" || folded ? `minmax(0,1fr) ${width}` : `${width} minmax(0,1fr)`;
  return (
    <div className={css.body} style={{ gridTemplateColumns: columns }}>
      <div className={css.main}>{main}</div>
      {folded ? (
        <div className={css.strip}>
          <button type="button" className={css.fold} aria-label={text.common.show(railLabel)} title={text.common.show(railLabel)} aria-expanded={shown} onClick={() => setOpened(true)}>
            <IconLayoutSidebarRight size={16} stroke={1.7} />
          </button>
        </div>
      ) : (
        <aside className={`${css.rail} ${css[tone]}`} aria-label={railLabel}>
          {rail}
        </aside>
      )}
      {shown ? (
        <Drawer label={railLabel} width={Math.min(fixed === "side" ? side + 40 : 560, 620)} onClose={close}>
          {rail}
        </Drawer>
      ) : null}
    </div>
  );
}

/** A pane that lies over the screen from the right; Escape closes it and focus goes back. */
export function Drawer({ label, width, onClose, children }: { label: string; width: number; onClose: () => void; children: ReactNode }) {
  const pane = useRef<HTMLElement>(null);
  useKeys("screen", [{ keys: ["Esc"], label: text.keys.back, run: onClose, hint: true, whileTyping: true }]);
  useEffect(() => {
    const before = document.activeElement;
    pane.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <aside ref={pane} tabIndex={-1} className={css.drawer} style={{ width }} aria-label={label}>
      <button type="button" className={css.close} aria-label={text.common.close} onClick={onClose}>
        <IconX size={16} stroke={1.7} />
      </button>
      {children}
    </aside>
  );
}

/** List and desk: both stay, the list gives way first. */
export function ListDesk({ list, desk, listLabel }: { list: ReactNode; desk: ReactNode; listLabel: string }) {
  return (
    <div className={css.listDesk}>
      <section className={css.list} aria-label={listLabel}>
        {list}
      </section>
      <div className={css.main}>{desk}</div>
    </div>
  );
}
