import { useMemo, useState } from "react";
import type { Metrics, RecurringFlow } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { Body } from "../../shared/Body";
import { useClock } from "../../shared/company";
import { FactList, RailBlock } from "../../shared/Facts";
import { dateText, dayIn, daysLater } from "../../shared/format/time";
import { isZero } from "../../shared/format/money";
import { useKeys } from "../../shared/keys/useKeys";
import { countText } from "../../shared/locale";
import { Money, useMoneyText } from "../../shared/Money";
import { monthsBack, type Period } from "../../shared/periods";
import { Pick } from "../../shared/Pick";
import { navigate, routeHref, useRoute } from "../../shared/route";
import { Segments } from "../../shared/Segments";
import { EmptyState, LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { When } from "../../shared/When";
import { Movements } from "./Movements";
import { Ratios } from "./Ratios";
import css from "./Reports.module.css";
import { Subscriptions } from "./Subscriptions";
import { Waterfall } from "./Waterfall";
import { WhatCounts } from "./WhatCounts";

const words = text.reports;
const MONTHS = 24;

/** What recurs at the end of a month, what changed it since its beginning, and every subscription that makes it up. */
export function Revenue() {
  const route = useRoute();
  const clock = useClock();
  const today = dayIn(clock.now, clock.zone);
  const months = useMemo(() => monthsBack(today, MONTHS).filter((period) => period.id !== ""), [today]);
  const at = Math.max(0, months.findIndex((period) => period.id === route.query.get("month")));
  const month = months[at];
  const go = (index: number) => {
    const chosen = months[index];
    if (chosen) navigate(routeHref("reports", "revenue", null, { ...Object.fromEntries(route.query), month: chosen.id }), { replace: true });
  };
  useKeys("screen", [
    { keys: ["["], shownKeys: ["[", "]"], label: words.month.toLowerCase(), hint: true, enabled: at + 1 < months.length, run: () => go(at + 1) },
    { keys: ["]"], label: words.later, enabled: at > 0, run: () => go(at - 1) },
  ]);
  const pick = month ? <Pick label={month.label} items={months.map((period) => ({ id: period.id, label: period.label }))} onPick={(id) => go(months.findIndex((period) => period.id === id))} /> : null;
  if (!month) return null;
  return (
    <>
      <TopBar section="reports">{pick}</TopBar>
      <Month key={month.id} month={month} today={today} />
    </>
  );
}

function Month({ month, today }: { month: Period; today: string }) {
  const to = month.to > today ? today : month.to;
  const metrics = useQueryApi("metrics", { from: daysLater(month.from, -1), to });
  return (
    <Reply of={metrics} title={text.states.notShown(text.nav.revenue)} loading={<LoadingRows rows={10} height={36} twoLine={false} />}>
      {(data) => (data.end.length === 0 && data.start.length === 0 ? <Nothing told={data.told_at !== null} connected={data.connected} /> : <Report data={data} month={month} to={to} />)}
    </Reply>
  );
}

function Nothing({ told, connected }: { told: boolean; connected: boolean }) {
  if (told) return <EmptyState title={words.none}>{words.noneYet}</EmptyState>;
  return (
    <EmptyState
      title={words.none}
      actions={
        <Action look="primary" onClick={() => navigate(routeHref("settings", "connections"))}>
          {connected ? words.connection : words.connect}
        </Action>
      }
    >
      {connected ? words.unread : words.noneBody}
    </EmptyState>
  );
}

function Report({ data, month, to }: { data: Metrics; month: Period; to: string }) {
  const route = useRoute();
  const shown = route.query.get("show") === "subscriptions" ? "subscriptions" : "movements";
  const setShown = (next: "movements" | "subscriptions") => navigate(routeHref("reports", "revenue", null, { month: month.id, ...(next === "subscriptions" ? { show: next } : {}) }), { replace: true });
  const [currency, setCurrency] = useState<string | null>(null);
  const flow = data.flows.find((each) => each.end.currency === currency) ?? data.flows[0];
  if (!flow) return null;
  const sum = data.end.find((each) => each.mrr.currency === flow.end.currency);
  const changes = data.changes.filter((change) => change.amount.currency === flow.end.currency);
  return (
    <Body
      side={300}
      railLabel={month.label}
      main={
        <div className={css.page}>
          <Head flow={flow} month={month} to={to} />
          <div className={css.choices}>
            <Segments label={words.show} value={shown} onChange={setShown} options={[{ value: "movements", label: words.movements }, { value: "subscriptions", label: words.subscriptions }]} />
            {data.flows.length > 1 ? <Segments label={text.reports.amount} value={flow.end.currency} onChange={setCurrency} options={data.flows.map((each) => ({ value: each.end.currency, label: each.end.currency }))} /> : null}
          </div>
          {shown === "movements" ? (
            <>
              <Waterfall flow={flow} from={month.from} to={to} />
              <Movements changes={changes} flow={flow} />
            </>
          ) : (
            <Subscriptions parts={sum?.parts ?? []} />
          )}
        </div>
      }
      rail={<Rail data={data} currency={flow.end.currency} month={month} />}
    />
  );
}

function Head({ flow, month, to }: { flow: RecurringFlow; month: Period; to: string }) {
  const clock = useClock();
  const money = useMoneyText();
  return (
    <div className={css.head}>
      <h1 className={css.figure}>
        <Money value={flow.end} figure /> <span className={css.sentence}>{words.recurring(dateText(to, clock))}</span>
      </h1>
      <p className={isZero(flow.change) ? "sec" : css.change}>{isZero(flow.change) ? words.noChange(month.label) : words.change(money(flow.change, "movement"), month.label, flow.percent)}</p>
    </div>
  );
}

function Rail({ data, currency, month }: { data: Metrics; currency: string; month: Period }) {
  const sum = data.end.find((each) => each.mrr.currency === currency);
  const ratios = data.ratios.find((each) => each.currency === currency);
  return (
    <div className={css.rail}>
      <section aria-label={month.label}>
        <h2>{month.label}</h2>
        <FactList
          facts={[
            { key: "customers", label: words.customers, value: <span className="num">{countText(sum?.customers ?? 0)}</span> },
            { key: "year", label: words.year, value: <Money value={sum?.arr} /> },
          ]}
        />
        {ratios ? <Ratios ratios={ratios} /> : null}
      </section>
      <WhatCounts pastDueCounts={data.past_due_counts} pastDue={sum?.past_due} />
      {data.told_at ? (
        <RailBlock title={words.source}>
          <p className="small sec">
            {words.sourceBody} <When at={data.told_at} />.
          </p>
        </RailBlock>
      ) : null}
    </div>
  );
}
