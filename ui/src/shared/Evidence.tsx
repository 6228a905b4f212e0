import { IconCheck, IconMinus, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import css from "./Evidence.module.css";
import { text } from "./text";

export type EvidenceMark = "fits" | "partly" | "not";

const SIGN = { fits: IconCheck, partly: IconMinus, not: IconX } as const;

/** ✓ fits, − fits with a reason, ✕ does not fit. Never a percentage. */
export function Mark({ mark }: { mark: EvidenceMark }) {
  const Sign = SIGN[mark];
  return (
    <span className={css[mark]}>
      <Sign size={14} stroke={2} aria-hidden="true" />
      <span className="sr">{text.evidence[mark]}</span>
    </span>
  );
}

/** One line of evidence: mark, kind, sentence, where its fact opens. */
export function EvidenceLine({ mark, kind, children, link }: { mark: EvidenceMark; kind: string; children: ReactNode; link?: ReactNode }) {
  return (
    <li className={css.line}>
      <Mark mark={mark} />
      <span className="sec">{kind}</span>
      <span className={css.sentence}>{children}</span>
      <span className="small">{link}</span>
    </li>
  );
}

/** A rival's facts on one line. */
export function EvidenceShort({ items }: { items: { mark: EvidenceMark; text: string }[] }) {
  return (
    <ul className={css.short}>
      {items.map((item, index) => (
        <li key={index}>
          <Mark mark={item.mark} />
          {item.text}
        </li>
      ))}
    </ul>
  );
}

/** Letters of the memo that differ from what is expected, underlined in amber; the sentence says it too. */
export function Differing({ written, expected }: { written: string; expected: string }) {
  const bare = written.replace(/\s/g, "");
  const comparable = bare.length === expected.length;
  let at = -1;
  return (
    <span className="mono">
      {Array.from(written).map((letter, index) => {
        if (/\s/.test(letter)) return letter;
        at += 1;
        const differs = comparable && letter !== expected[at];
        return differs ? (
          <span key={index} className={css.differs}>
            {letter}
          </span>
        ) : (
          letter
        );
      })}
    </span>
  );
}
