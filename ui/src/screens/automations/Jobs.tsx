import { IconPlayerPause } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { JobRow } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { Body, Drawer } from "../../shared/Body";
import { useClock } from "../../shared/company";
import { durationText, spanText } from "../../shared/format/time";
import { navigate, routeHref, useRoute } from "../../shared/route";
import { EmptyState, LoadingRows, Problem, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { useDecide } from "../../shared/Undo";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { When } from "../../shared/When";
import { Counters } from "./Counters";
import { JobDrawer } from "./JobDrawer";
import css from "./Jobs.module.css";
import { Missed } from "./Missed";
import { RestForm } from "./RestForm";
import { Legend, RunBars, TookLine } from "./RunBars";

const words = text.jobs;
/** While the screen is open it looks by itself too: a run begins without anybody's act. */
const LOOK_MS = 5000;

function Next({ row }: { row: JobRow }) {
  if (row.state === "paused") return <span className="sec">{words.paused}</span>;
  if (row.needs) return <span className="sec">{words.notSetUp}</span>;
  if (row.open?.state === "running") return <span>{words.running}</span>;
  return <When at={row.next_run} />;
}

/** In the company's own zone the zone need not be said in a list: "Every day at 03:00". */
export function withoutZone(words: string): string {
  return words.replace(/,? (UTC|[\p{Lu}][\p{L} ]* time)$/u, "");
}

function Schedule({ row }: { row: JobRow }) {
  const clock = useClock();
  if (!row.paused_at) return <span title={row.words}>{row.time_zone === clock.zone ? withoutZone(row.words) : row.words}</span>;
  const since = new Intl.DateTimeFormat("en-GB", { timeZone: clock.zone, day: "numeric", month: "short" }).format(new Date(row.paused_at));
  return <span>{words.pausedSince(since)}</span>;
}

const COLUMNS: Column<JobRow>[] = [
  { key: "title", header: words.job, width: 172, tone: "name", cell: (row) => <span title={row.title}>{row.title}</span> },
  { key: "schedule", header: words.schedule, tone: "secondary", cell: (row) => <Schedule row={row} /> },
  { key: "bars", header: words.bars, width: 112, cell: (row) => <RunBars bars={row.bars} paused={row.state === "paused"} /> },
  {
    key: "took",
    header: words.took,
    width: 92,
    align: "right",
    tone: "secondary",
    cell: (row) => {
      const took = row.bars[row.bars.length - 1]?.took_ms ?? null;
      return (
        <span className={css.took}>
          <TookLine bars={row.bars} />
          <span>{took === null ? "–" : durationText(took)}</span>
        </span>
      );
    },
  },
  {
    key: "last",
    header: words.last,
    width: 88,
    align: "right",
    cell: (row) => <When at={row.last_run} className={row.health === "error" ? "danger" : "sec"} />,
  },
  { key: "next", header: words.nextColumn, width: 126, align: "right", cell: (row) => <Next row={row} /> },
];

/** What runs by itself: the failing one first and opened. */
export function Jobs() {
  const jobs = useQueryApi("jobs", {}, { refetchMs: LOOK_MS });
  const route = useRoute();
  const pause = useDecide("pause_all");
  const [missed, setMissed] = useState(false);
  const [resting, setResting] = useState(false);
  const rest = jobs.data?.rest ?? null;
  const rows = useMemo(() => jobs.data?.rows ?? [], [jobs.data]);
  const keys = useMemo(() => rows.map((_, index) => index), [rows]);
  const named = rows.findIndex((row) => row.name === route.id);
  const current = named >= 0 ? named : 0;
  const row = rows[current];
  const failing = rows.filter((each) => each.health === "error").length;
  const paused = rows.filter((each) => each.state === "paused").length;
  return (
    <>
      <TopBar section="automations">
        {jobs.data ? <Action onClick={() => setResting(true)}>{rest?.now ? words.rest.now(rest.until) : words.rest.button}</Action> : null}
        <Action onClick={() => setMissed(true)}>{words.missed.button}</Action>
        <Action icon={<IconPlayerPause size={15} stroke={1.8} />} combo="Mod Shift P" disabled={pause.busy} onClick={() => void pause.act({})}>
          {text.outbox.pauseAll}
        </Action>
      </TopBar>
      <Body
        side={360}
        least={300}
        railLabel={words.detail}
        open={route.id !== null}
        onClose={() => navigate(routeHref("automations", "jobs"), { replace: true })}
        main={
          <div className={css.page}>
            <div className={css.head}>
              <h1>{jobs.data ? words.heading(rows.length) : text.nav.jobs}</h1>
              {jobs.data ? <span className="sec">{words.sub(failing, paused, jobs.data.runs_today)}</span> : null}
              <NextUp rows={rows} />
            </div>
            <Counters />
            <Problem error={pause.error} />
            <Reply of={jobs} title={text.states.notShown(text.nav.jobs)} loading={<LoadingRows rows={8} height={36} twoLine={false} />}>
              {() => (
                <VirtualTable
                  label={text.nav.jobs}
                  noun={words.noun}
                  columns={COLUMNS}
                  keys={keys}
                  row={(key) => rows[key]}
                  selected={current}
                  onSelect={(key) => {
                    const name = rows[key]?.name;
                    if (name) navigate(routeHref("automations", "jobs", name), { replace: true });
                  }}
                  empty={<EmptyState title={words.emptyTitle}>{words.emptyBody}</EmptyState>}
                />
              )}
            </Reply>
            <Legend />
          </div>
        }
        rail={row ? <JobDrawer key={row.name} name={row.name} /> : null}
      />
      {resting ? (
        <Drawer label={words.rest.title} width={360} onClose={() => setResting(false)}>
          <RestForm rest={rest} onClose={() => setResting(false)} />
        </Drawer>
      ) : null}
      {missed ? (
        <Drawer label={words.missed.button} width={480} onClose={() => setMissed(false)}>
          <div className={css.drawer}>
            <Missed whole />
          </div>
        </Drawer>
      ) : null}
    </>
  );
}

/** "Next: Receipts and outbox in 24 s". */
function NextUp({ rows }: { rows: readonly JobRow[] }) {
  const clock = useClock();
  const coming = rows.filter((row) => row.next_run !== null && row.state !== "paused" && !row.needs);
  const next = coming.reduce<JobRow | undefined>((first, row) => (first && (first.next_run ?? "") <= (row.next_run ?? "") ? first : row), undefined);
  if (!next?.next_run) return <span />;
  const left = new Date(next.next_run).getTime() - clock.now.getTime();
  return <span className="small sec">{words.next(next.title, left <= 0 ? words.now : words.inSpan(spanText(left)))}</span>;
}
