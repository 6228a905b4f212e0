import type { UseQueryResult } from "@tanstack/react-query";
import type { Amount, Difference, MatchChoice, MatchPreview } from "../../../api/bindings";
import type { ApiError } from "../../../api/client";
import { Action } from "../../../shared/Action";
import { Choice, Choices, ShareBar } from "../../../shared/Desk";
import { isNegative, isZero } from "../../../shared/format/money";
import { Key } from "../../../shared/Key";
import { Money, useMoneyText } from "../../../shared/Money";
import { Problem } from "../../../shared/States";
import { text } from "../../../shared/text";
import { Postings } from "../../../shared/Why";
import type { Gap } from "./choice";
import type { Place } from "./LineDesk";
import css from "./Match.module.css";
import { Where } from "./Where";

const words = text.moneyIn.match;

interface Props {
  choice: MatchChoice | null;
  preview: UseQueryResult<MatchPreview, ApiError>;
  offered: readonly Gap[];
  chosen: Difference;
  credit: Amount | null;
  onGap: (gap: Gap) => void;
  busy: boolean;
  error: ApiError | null;
  onBook: () => void;
  onReject: () => void;
  onSplit: (() => void) | null;
  onMerge: (() => void) | null;
  place: Place | null;
  amount: Amount;
}

/** The difference, where it goes, what that books, and the one button, always in the same place. */
export function Decision(props: Props) {
  const { choice, preview, error, place, amount } = props;
  if (!choice) {
    return (
      <div className={`${css.actions} ${css.alone}`}>
        <span className="sec">{words.choose}</span>
        <Where place={place} amount={amount} />
      </div>
    );
  }
  const data = preview.data;
  return (
    <div className={css.bar}>
      {preview.error ? <Problem error={preview.error} /> : null}
      {data && data.problem ? (
        <>
          <h2>{words.cannot}</h2>
          <p className="danger" role="alert">
            {data.problem}
          </p>
        </>
      ) : null}
      {data && !data.problem ? <Gaps {...props} data={data} /> : null}
      <Problem error={error} />
      <Buttons {...props} />
    </div>
  );
}

function Gaps({ data, offered, chosen, credit, onGap }: Props & { data: MatchPreview }) {
  const money = useMoneyText();
  const gapless = isZero(data.difference);
  const short = isNegative(data.difference) && !gapless;
  const gap = money(data.difference, "none");
  const says: Record<Gap, string> = {
    fee: words.feeSays,
    ask: words.askSays(gap),
    open: words.openSays,
    credit: credit ? words.creditSays(money(credit)) : "",
  };
  return (
    <>
      <div className="between">
        <h2 className={css.question}>{gapless ? words.exact : short ? words.missing(gap) : words.over(gap)}</h2>
        <span className="sec">
          {words.receivedOf} <Money value={data.received} strong /> {words.of} <Money value={data.open} />
        </span>
      </div>
      <ShareBar label={words.bar(money(data.received), money(data.open))} parts={shares(data, gapless, short)} />
      {offered.length > 0 && short ? (
        <Choices label={words.difference}>
          {offered.map((one) => (
            <Choice
              key={one}
              combo={words.choices[one].combo}
              keyChip={<Key combo={words.choices[one].combo} />}
              chosen={chosen === one}
              title={words.choices[one].title}
              consequence={says[one]}
              onChoose={() => onGap(one)}
            />
          ))}
        </Choices>
      ) : null}
      {/* In a low window this part scrolls, so it can be reached with the keyboard. */}
      <div className={css.columns} role="group" aria-label={words.books} tabIndex={0}>
        <div>
          <h3>{words.books}</h3>
          <Postings rows={data.postings} />
        </div>
        <div>
          <h3>{words.then}</h3>
          <ul className={css.then}>
            {data.then.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      </div>
    </>
  );
}

/** Widths of the bar only; what is read as an amount comes from the store. */
function shares(data: MatchPreview, gapless: boolean, short: boolean): { share: number; kind: "paid" | "gap" | "rest" }[] {
  const width = (value: Amount) => Number(value.amount.replace(/^[-\u2212]/, ""));
  if (gapless) return [{ share: 1, kind: "paid" }];
  if (short) return [{ share: width(data.received), kind: "paid" }, { share: width(data.difference), kind: "gap" }];
  return [{ share: width(data.open), kind: "paid" }, { share: width(data.difference), kind: "rest" }];
}

function Buttons({ preview, busy, onBook, onReject, onSplit, onMerge, place, amount }: Props) {
  const button = preview.data && !preview.data.problem ? preview.data.button : null;
  return (
    <div className={css.actions}>
      {button ? (
        <Action look="primary" size="tall" combo="A" disabled={busy} onClick={onBook}>
          {button}
        </Action>
      ) : null}
      <Action size="tall" combo="R" disabled={busy} onClick={onReject}>
        {words.reject}
      </Action>
      {onSplit ? (
        <Action look="plain" size="tall" combo="S" onClick={onSplit}>
          {words.split}
        </Action>
      ) : null}
      {onMerge ? (
        <Action look="plain" size="tall" combo="M" onClick={onMerge}>
          {words.merge}
        </Action>
      ) : null}
      <Where place={place} amount={amount} />
    </div>
  );
}
