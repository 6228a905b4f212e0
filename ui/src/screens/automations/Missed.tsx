import type { Away } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { useClock } from "../../shared/company";
import { RailBlock } from "../../shared/Facts";
import { momentText } from "../../shared/format/time";
import { EmptyState, Problem } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import css from "./Jobs.module.css";

const words = text.jobs.missed;

/** What was missed in the last absence of more than four hours. In a rail it is there only when something was. */
export function Missed({ whole = false }: { whole?: boolean }) {
  const found = useQueryApi("away", {});
  const away = found.data?.away ?? null;
  if (away) return <Absence away={away} />;
  if (!whole) return null;
  if (found.error) return <Problem error={found.error} />;
  return found.data ? <EmptyState title={words.nothing}>{words.nothingBody}</EmptyState> : null;
}

function Absence({ away }: { away: Away }) {
  const clock = useClock();
  const decide = useDecide("missed_decide");
  const seen = useDecide("away_seen");
  const span = words.fromTo(momentText(away.from, clock), momentText(away.until, clock));
  return (
    <RailBlock title={words.title} note={span}>
      <p className="small sec">{away.say}</p>
      <table className={css.missed} aria-label={words.title}>
        <thead>
          <tr>
            <th scope="col">{words.job}</th>
            <th scope="col" className={css.num}>
              {words.times}
            </th>
            <th scope="col">{words.decided}</th>
          </tr>
        </thead>
        <tbody>
          {away.rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.title}</th>
              <td className={`num ${css.num}`}>{row.missed.toLocaleString()}</td>
              <td>
                <select
                  aria-label={words.decide(row.title)}
                  value={row.decided}
                  disabled={decide.busy}
                  onChange={(event) => void decide.act({ key: row.key, catch_up: event.currentTarget.value })}
                >
                  {Object.entries(words.policies).map(([value, label]) => (
                    <option key={value} value={value}>
                      {label}
                    </option>
                  ))}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Problem error={decide.error ?? seen.error} />
      <Action look="plain" disabled={seen.busy} onClick={() => void seen.act({})}>
        {words.seen}
      </Action>
    </RailBlock>
  );
}
