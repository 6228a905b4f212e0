import type { ReactNode } from "react";
import type { BookedLine, MatchDesk } from "../../../api/bindings";
import { Action } from "../../../shared/Action";
import { Desk } from "../../../shared/Desk";
import { useKeys } from "../../../shared/keys/useKeys";
import { routeHref } from "../../../shared/route";
import { Problem } from "../../../shared/States";
import { text } from "../../../shared/text";
import { useDecide } from "../../../shared/Undo";
import { When } from "../../../shared/When";
import { RawLine } from "./LineDesk";
import css from "./Match.module.css";

const words = text.moneyIn.match;

/** A line that is booked: how, by whom and when, and the way back. */
export function BookedDesk({ desk, booked, head }: { desk: MatchDesk; booked: BookedLine; head: ReactNode }) {
  const undo = useDecide("match_undo");
  const takeBack = () => void undo.act({ id: desk.line.id });
  useKeys("screen", [{ keys: ["U"], label: words.undoKey, hint: booked.undoable, enabled: booked.undoable, run: takeBack }]);
  return (
    <Desk
      label={words.desk}
      decision={
        <>
          <Problem error={undo.error} />
          {booked.undoable ? (
            <div className={css.actions}>
              <Action size="tall" combo="U" disabled={undo.busy} onClick={takeBack}>
                {words.booked.undo}
              </Action>
            </div>
          ) : (
            <p className="sec">{words.booked.kept}</p>
          )}
        </>
      }
    >
      {head}
      <section className={css.panel} aria-label={words.booked.how}>
        <h2>{booked.text}</h2>
        <p className="sec">
          {words.booked.by} {booked.by}, <When at={booked.at} />
        </p>
        {booked.entries.length > 0 ? (
          <p className={css.notes}>
            {words.booked.entries}{" "}
            {booked.entries.map((entry, index) => (
              <span key={entry}>
                {index > 0 ? ", " : ""}
                <a href={routeHref("ledger", "journal", String(entry))}>{entry}</a>
              </span>
            ))}
          </p>
        ) : null}
      </section>
      <RawLine desk={desk} />
    </Desk>
  );
}
