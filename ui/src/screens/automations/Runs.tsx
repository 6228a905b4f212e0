import { NativeSelect } from "@mantine/core";
import { useMemo, useState } from "react";
import type { RunRow } from "../../api/bindings";
import { useQueryApi, useRows } from "../../api/hooks";
import { Body } from "../../shared/Body";
import { FactList } from "../../shared/Facts";
import { durationText } from "../../shared/format/time";
import { EmptyState, LoadingRows, Reply } from "../../shared/States";
import { Tag } from "../../shared/Tag";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { When } from "../../shared/When";
import css from "./Jobs.module.css";
import { Lines } from "./RunLog";

const words = text.jobs.runs;

function State({ row }: { row: RunRow }) {
  const word = text.jobs.states[row.state] ?? row.state;
  return row.state === "failed" ? <Tag tone="danger">{word}</Tag> : <span className="sec">{word}</span>;
}

function took(row: RunRow): string {
  return row.took_ms === null ? "–" : durationText(row.took_ms);
}

const COLUMNS: Column<RunRow>[] = [
  { key: "at", header: words.at, width: 128, tone: "secondary", cell: (row) => <When at={row.ended_at ?? row.started_at ?? row.due_at} /> },
  { key: "job", header: words.job, width: 190, tone: "name", cell: (row) => <span title={row.title}>{row.title}</span> },
  { key: "number", header: words.number, width: 62, align: "right", tone: "secondary", cell: (row) => row.number },
  { key: "state", header: words.state, width: 100, cell: (row) => <State row={row} /> },
  { key: "result", header: words.result, cell: (row) => <span title={row.result}>{row.result}</span> },
  { key: "took", header: words.took, width: 84, align: "right", tone: "secondary", cell: took },
];

/** Every run of every job, newest first, with what it said. */
export function Runs() {
  const [job, setJob] = useState("");
  const jobs = useQueryApi("jobs", {});
  const index = useQueryApi("runs_index", { job }, { refetchMs: 5000 });
  const [shown, setShown] = useState({ first: 0, last: 40 });
  const [selected, setSelected] = useState<number | null>(null);
  const keys = useMemo(() => index.data?.keys ?? [], [index.data]);
  const rows = useRows("runs_rows", keys, shown);
  const current = selected ?? keys[0] ?? null;
  const row = current === null ? undefined : rows.row(current);
  const names = (jobs.data?.rows ?? []).map((each) => ({ value: each.name, label: each.title }));
  return (
    <>
      <TopBar section="automations" />
      <Body
        side={408}
        railLabel={words.detail}
        main={
          <div className={css.page}>
            <div className={css.head}>
              <h1>{index.data ? words.count(keys.length.toLocaleString()) : text.nav.runs}</h1>
              <NativeSelect
                aria-label={words.filter}
                value={job}
                data={[{ value: "", label: words.all }, ...names]}
                onChange={(event) => {
                  setJob(event.currentTarget.value);
                  setSelected(null);
                }}
              />
            </div>
            <Reply of={index} title={text.states.notShown(text.nav.runs)} loading={<LoadingRows rows={10} height={36} twoLine={false} />}>
              {() => (
                <VirtualTable
                  label={text.nav.runs}
                  noun={words.noun}
                  columns={COLUMNS}
                  keys={keys}
                  row={rows.row}
                  onWindow={setShown}
                  selected={current}
                  onSelect={setSelected}
                  empty={<EmptyState title={words.emptyTitle}>{words.emptyBody}</EmptyState>}
                />
              )}
            </Reply>
          </div>
        }
        rail={row ? <Detail key={row.key} row={row} /> : <p className={`sec ${css.detail}`}>{words.choose}</p>}
      />
    </>
  );
}

function Detail({ row }: { row: RunRow }) {
  return (
    <div className={css.detail}>
      <h1>{row.title}</h1>
      <p className={row.state === "failed" ? "danger" : "sec"}>{row.result}</p>
      <div className={css.block}>
        <FactList
          facts={[
            { key: "state", label: words.state, value: <State row={row} /> },
            { key: "cause", label: words.cause, value: row.cause },
            { key: "at", label: words.at, value: <When at={row.ended_at ?? row.started_at ?? row.due_at} /> },
            { key: "took", label: words.took, value: took(row) },
          ]}
        />
      </div>
      <section className={css.block} aria-label={text.jobs.log}>
        <Lines name={row.job} number={row.number} live={row.ended_at === null} />
      </section>
    </div>
  );
}
