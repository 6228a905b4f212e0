import { useState, type ReactNode } from "react";
import type { Amount, MatchDesk } from "../../../api/bindings";
import { Action } from "../../../shared/Action";
import { isNegative } from "../../../shared/format/money";
import { Money } from "../../../shared/Money";
import { text } from "../../../shared/text";
import { When } from "../../../shared/When";
import { BookedDesk } from "./BookedDesk";
import css from "./Match.module.css";
import { OpenDesk } from "./OpenDesk";

const words = text.moneyIn.match;

export interface Place {
  at: number;
  of: number;
  sum: Amount;
}

/** One bank line: what came in, why you are asked, and the decision; or how it was booked. */
export function LineDesk({ desk, place, onDecided }: { desk: MatchDesk; place: Place | null; onDecided: (say: string) => void }) {
  const head = <LineHead desk={desk} />;
  if (desk.booked) return <BookedDesk desk={desk} booked={desk.booked} head={head} />;
  return <OpenDesk desk={desk} place={place} head={head} onDecided={onDecided} />;
}

function LineHead({ desk }: { desk: MatchDesk }): ReactNode {
  const { line } = desk;
  const inward = !isNegative(line.amount);
  return (
    <>
      <div className={css.head}>
        <div>
          <h1>{line.payer || words.noName}</h1>
          <p className={`mono ter ${css.memoLine}`}>{line.description || words.noMemo}</p>
        </div>
        <div className={css.sum}>
          <div className={css.figure}>
            <Money value={line.amount} />
          </div>
          <p className="small sec">
            {words.received(inward)} <When at={line.date} as="date" /> {inward ? words.in : words.from} {line.account}
          </p>
        </div>
      </div>
      {desk.why_asked ? (
        <p className={css.asked}>
          <strong>{words.whyAsked}</strong> {lowerFirst(desk.why_asked)}
        </p>
      ) : null}
    </>
  );
}

/** The line as the bank's file has it. */
export function RawLine({ desk }: { desk: MatchDesk }) {
  const [raw, setRaw] = useState(false);
  if (!desk.raw) return null;
  return (
    <div className={css.rawLine}>
      <Action look="link" aria-expanded={raw} onClick={() => setRaw(!raw)}>
        {raw ? words.hideRaw : words.raw}
      </Action>
      {raw ? <pre className={css.raw} tabIndex={0} aria-label={text.states.details}>{desk.raw}</pre> : null}
    </div>
  );
}

/** "Why you are asked: the amount is not exact", unless the sentence begins with a name or number. */
function lowerFirst(sentence: string): string {
  return /^(The|It|Nothing|Money|Several|Two|Three|Another|No|This|An?|One)\b/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}
