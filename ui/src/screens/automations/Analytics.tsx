import { useMemo, useState } from "react";
import type { AutomationAnalytics, JobAnalytics } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Body } from "../../shared/Body";
import { useClock } from "../../shared/company";
import { FactList } from "../../shared/Facts";
import { dateText, durationText } from "../../shared/format/time";
import { countText } from "../../shared/locale";
import { navigate, routeHref } from "../../shared/route";
import { Segments } from "../../shared/Segments";
import { EmptyState, LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import css from "./Jobs.module.css";

const words = text.jobs.analytics;

function some(count: number): string {
  return count === 0 ? words.none : countText(count);
}

const COLUMNS: Column<JobAnalytics>[] = [
  { key: "job", header: words.job, tone: "name", cell: (row) => <span title={row.title}>{row.title}</span> },
  { key: "runs", header: words.runs, width: 76, align: "right", cell: (row) => some(row.runs) },
  { key: "percent", header: words.succeeded, width: 92, align: "right", cell: (row) => (row.percent === null ? words.none : words.percent(row.percent)) },
  { key: "failed", header: words.failed, width: 64, align: "right", cell: (row) => <span className={row.failed > 0 ? "danger" : "sec"}>{some(row.failed)}</span> },
  { key: "again", header: words.again, width: 92, align: "right", tone: "secondary", cell: (row) => some(row.again) },
  { key: "skipped", header: words.skipped, width: 72, align: "right", tone: "secondary", cell: (row) => some(row.skipped) },
  { key: "usual", header: words.usual, width: 76, align: "right", tone: "secondary", cell: (row) => (row.usual_ms === null ? words.none : durationText(row.usual_ms)) },
  { key: "longest", header: words.longest, width: 80, align: "right", tone: "secondary", cell: (row) => (row.runs === 0 ? words.none : durationText(row.longest_ms)) },
];

/** What the jobs came to over some days, and what was done without the founder. */
export function Analytics() {
  const clock = useClock();
  const [days, setDays] = useState("30");
  const analytics = useQueryApi("automation_analytics", { days: Number(days) });
  const [selected, setSelected] = useState(0);
  const rows = useMemo(() => analytics.data?.jobs ?? [], [analytics.data]);
  const keys = useMemo(() => rows.map((_, index) => index), [rows]);
  return (
    <>
      <TopBar section="automations" />
      <Body
        side={320}
        railLabel={words.facts}
        main={
          <div className={css.page}>
            <div className={css.head}>
              <h1>{words.heading(days)}</h1>
              {analytics.data?.from ? <span className="sec" title={words.days}>{words.since(dateText(analytics.data.from, clock))}</span> : null}
              <Segments label={words.span} options={words.spans} value={days} onChange={setDays} />
            </div>
            <Reply of={analytics} title={text.states.notShown(text.nav.analytics)} loading={<LoadingRows rows={8} height={36} twoLine={false} />}>
              {() => (
                <VirtualTable
                  label={text.nav.analytics}
                  noun={words.noun}
                  columns={COLUMNS}
                  keys={keys}
                  row={(key) => rows[key]}
                  selected={Math.min(selected, Math.max(0, keys.length - 1))}
                  onSelect={setSelected}
                  onOpen={(key) => {
                    const job = rows[key]?.job;
                    if (job) navigate(routeHref("automations", "jobs", job));
                  }}
                  empty={<EmptyState title={words.emptyTitle}>{words.emptyBody}</EmptyState>}
                />
              )}
            </Reply>
          </div>
        }
        rail={analytics.data ? <Facts data={analytics.data} /> : null}
      />
    </>
  );
}

function Facts({ data }: { data: AutomationAnalytics }) {
  const lines = data.lines_alone + data.lines_decided;
  return (
    <div className={css.detail}>
      <h2>{words.facts}</h2>
      <FactList
        facts={[
          { key: "all", label: words.all, value: words.runsOf(data.all.succeeded, data.all.runs) },
          { key: "lines", label: words.lines, value: words.linesOf(data.lines_alone, lines) },
          ...data.sent.map((sent) => ({ key: sent.what, label: sent.what, value: countText(sent.count) })),
        ]}
      />
    </div>
  );
}
