import type { Amount, Today as TodayData } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { durationText } from "../../shared/format/time";
import { Money } from "../../shared/Money";
import { useMorning } from "../../shared/morning";
import { navigate } from "../../shared/route";
import { EmptyState, Problem } from "../../shared/States";
import { useStatus } from "../../shared/status";
import { text } from "../../shared/text";
import { useUndo } from "../../shared/Undo";
import css from "./Today.module.css";
import { Week } from "./Week";

/** Nothing needs you: what this morning did, or how to begin. */
export function Cleared({ data }: { data: TodayData }) {
  const status = useStatus();
  const morning = useMorning();
  const { last, undoLast } = useUndo();
  const finished = morning.finished;
  const begun = status?.imported_at !== null || data.owed_count > 0;
  return (
    <div className={css.queue}>
      <div className={css.head}>
        <h1>{text.today.nothing}</h1>
        <p className={`sec ${css.stake}`}>{text.today.nothingSub}</p>
      </div>
      {finished ? (
        <section className={css.morning} aria-label={text.morning.thisMorning}>
          <div className="between">
            <h2>{text.morning.thisMorning}</h2>
            <span className="sec">{text.morning.done(finished.decided.length, durationText(finished.ms))}</span>
          </div>
          <ul>
            {finished.decided.map((one, index) => (
              <li key={index} className="between">
                <span className={css.said}>{one.say}</span>
                {one.moved ? <Money value={one.moved} sign="movement" /> : null}
              </li>
            ))}
          </ul>
          <Moved amounts={finished.decided.flatMap((one) => one.moved ?? [])} />
          <div className={css.openedActions}>
            {last ? (
              <Action combo="U" onClick={undoLast}>
                {text.today.undoLast}
              </Action>
            ) : null}
            <Action look="plain" onClick={() => navigate("#/ledger/audit")}>
              {text.morning.seeAll(finished.decided.length)}
            </Action>
          </div>
        </section>
      ) : begun ? (
        <p className={`gutter sec ${css.clearedBody}`}>{text.today.clearedBody}</p>
      ) : (
        <EmptyState
          title={text.today.empty}
          actions={
            <>
              <Action look="primary" onClick={() => navigate("#/settings/accounts/import?kind=statement")}>
                {text.palette.importStatement}
              </Action>
              <Action onClick={() => navigate("#/settings/connections")}>{text.reports.connect}</Action>
              <Action onClick={() => navigate("#/money-in/payments/new")}>{text.palette.record}</Action>
            </>
          }
        >
          {text.today.emptyBody}
        </EmptyState>
      )}
      <div className={css.space} />
      <Week facts={data.week} />
    </div>
  );
}

/** What came and what went in all; the engine adds it up. */
function Moved({ amounts }: { amounts: Amount[] }) {
  const sums = useQueryApi("money_moved", { amounts }, { enabled: amounts.length > 0 });
  if (amounts.length === 0) return null;
  if (sums.error) return <Problem error={sums.error} />;
  const rows = [
    { label: text.morning.came, sums: sums.data?.came ?? [] },
    { label: text.morning.went, sums: sums.data?.went ?? [] },
  ];
  return (
    <dl className={css.moved} aria-label={text.morning.moved}>
      {rows.flatMap(({ label, sums }) =>
        sums.map((sum) => (
          <div key={`${label} ${sum.currency}`} className="between">
            <dt className="sec">{label}</dt>
            <dd>
              <Money value={sum} sign="movement" strong />
            </dd>
          </div>
        )),
      )}
    </dl>
  );
}
