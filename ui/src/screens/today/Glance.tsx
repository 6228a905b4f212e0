import type { Amount, Glance as GlanceData } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { useClock, useFormat } from "../../shared/company";
import { FactList, RailBlock } from "../../shared/Facts";
import { dateText } from "../../shared/format/time";
import { isZero } from "../../shared/format/money";
import { Money } from "../../shared/Money";
import { routeHref } from "../../shared/route";
import { LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";

const words = text.today;

/** What recurs, what was earned this month, what stands at providers; each opens into its facts. */
export function Glance() {
  const glance = useQueryApi("glance", {});
  return (
    <RailBlock title={words.revenue}>
      <Reply of={glance} title={text.states.notShown(words.glanceFailed)} loading={<LoadingRows rows={3} height={24} twoLine={false} />}>
        {(data) => <Facts data={data} />}
      </Reply>
    </RailBlock>
  );
}

function Facts({ data }: { data: GlanceData }) {
  const clock = useClock();
  const { currency } = useFormat();
  // Each currency stands for itself; the company's own needs no name.
  const named = (label: string, amount: Amount) => (amount.currency === currency ? label : `${label}, ${amount.currency}`);
  const day = (at: string) => dateText(at, clock);
  const revenue = routeHref("reports", "revenue");
  const income = (period: string) => routeHref("ledger", "journal", null, { account: "Income", period });
  const recurring = data.recurring.flatMap((row) => [
    { key: `mrr ${row.mrr.currency}`, label: <a href={revenue}>{named(words.mrr, row.mrr)}</a>, value: <Money value={row.mrr} strong /> },
    ...(isZero(row.change) ? [] : [{ key: `change ${row.mrr.currency}`, label: words.mrrSince(day(data.from)), value: <Money value={row.change} sign="movement" />, indent: true }]),
  ]);
  const earned = data.earned.flatMap((row) => [
    { key: `now ${row.now.currency}`, label: <a href={income(data.month)}>{named(words.earned(day(data.from), day(data.to)), row.now)}</a>, value: <Money value={row.now} /> },
    { key: `before ${row.now.currency}`, label: <a href={income(data.before_from.slice(0, 7))}>{named(words.earnedBefore(day(data.before_from), day(data.before_to)), row.before)}</a>, value: <Money value={row.before} tone="secondary" />, indent: true },
  ]);
  const kept = data.kept.flatMap((row) => [
    { key: row.account, label: <a href={routeHref("ledger", "tie-out")}>{named(words.kept(row.title), row.balance)}</a>, value: <Money value={row.balance} /> },
    ...(isZero(row.underway) ? [] : [{ key: `${row.account} underway`, label: words.underway, value: <Money value={row.underway} sign="movement" />, indent: true }]),
  ]);
  return (
    <>
      {data.told_at === null ? (
        <p className="small sec">
          {data.connected ? words.mrrUnread : words.mrrUnknown} <a href={routeHref("settings", "connections")}>{data.connected ? words.connection : words.connect}</a>
        </p>
      ) : null}
      <FactList facts={[...recurring, ...earned, ...kept]} />
    </>
  );
}
