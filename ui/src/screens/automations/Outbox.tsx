import { IconPlayerPause } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { EffectRow } from "../../api/bindings";
import type { ApiError } from "../../api/client";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { Body } from "../../shared/Body";
import { FactList } from "../../shared/Facts";
import { Money } from "../../shared/Money";
import { openRoute } from "../../shared/open";
import { SearchField } from "../../shared/SearchField";
import { EmptyState, LoadingRows, Problem, Reply } from "../../shared/States";
import { Tag } from "../../shared/Tag";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { useDecide } from "../../shared/Undo";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { When } from "../../shared/When";
import css from "./Automations.module.css";

const words = text.outbox;

function State({ row }: { row: EffectRow }) {
  const word = words.states[row.state] ?? row.state;
  if (row.state === "unknown") return <Tag tone="attention">{word}</Tag>;
  if (row.state === "failed") return <Tag tone="danger">{word}</Tag>;
  return <span className="sec">{word}</span>;
}

const COLUMNS: Column<EffectRow>[] = [
  { key: "title", header: words.what, tone: "name", cell: (row) => <span title={row.title}>{row.title}</span> },
  { key: "state", header: words.state, width: 130, cell: (row) => <State row={row} /> },
  { key: "waits", header: words.waitsFor, width: 150, tone: "secondary", cell: (row) => <span title={row.waits_for}>{row.waits_for}</span> },
  { key: "since", header: words.since, width: 112, align: "right", tone: "secondary", cell: (row) => <When at={row.since} /> },
  { key: "amount", header: words.amount, width: 116, align: "right", tone: "strong", cell: (row) => (row.amount ? <Money value={row.amount} /> : null) },
];

/** What has not left yet, oldest first, and what was sent; an unknown result waits for your answer. */
export function Outbox() {
  const outbox = useQueryApi("outbox", {});
  const [selected, setSelected] = useState<number | null>(null);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const pause = useDecide("pause_all");
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const all = useMemo(() => outbox.data?.effects ?? [], [outbox.data]);
  const rows = useMemo(() => all.filter((effect) => fits(effect, wanted)), [all, wanted]);
  const keys = useMemo(() => rows.map((_, index) => index), [rows]);
  const current = selected ?? keys[0] ?? null;
  const row = current === null ? undefined : rows[current];
  const waiting = all.filter((effect) => ["held", "queued", "sending", "unknown", "failed"].includes(effect.state)).length;
  const paused = outbox.data?.paused_since ?? null;
  return (
    <>
      <TopBar section="automations">
        {paused ? (
          <Action onClick={() => void openRoute("/confirm/resume").then(setProblem)}>{words.resume}</Action>
        ) : (
          <Action icon={<IconPlayerPause size={15} stroke={1.8} />} combo="Mod Shift P" disabled={pause.busy} onClick={() => void pause.act({})}>
            {words.pauseAll}
          </Action>
        )}
      </TopBar>
      <Body
        side={408}
        railLabel={words.detail}
        main={
          <div className={css.page}>
            <div className={css.head}>
              <h1>{waiting === 0 ? words.nothing : words.heading(waiting)}</h1>
              {paused ? (
                <span className="att">
                  {words.paused} <When at={paused} />
                </span>
              ) : null}
              <div className={css.filter}>
                <SearchField label={words.filter} placeholder={words.filterHint} value={typed} onChange={setTyped} />
              </div>
            </div>
            <Problem error={problem ?? pause.error} />
            <Reply of={outbox} title={text.states.notShown(text.nav.outbox)} loading={<LoadingRows rows={6} height={36} twoLine={false} />}>
              {() => (
                <VirtualTable
                  label={text.nav.outbox}
                  noun={words.noun}
                  columns={COLUMNS}
                  keys={keys}
                  row={(key) => rows[key]}
                  selected={current}
                  onSelect={setSelected}
                  empty={
                    wanted === "" ? (
                      <EmptyState title={words.emptyTitle}>{words.emptyBody}</EmptyState>
                    ) : (
                      <EmptyState title={text.lists.nearest.nothing(typed)} actions={<Action onClick={() => setTyped("")}>{text.states.clearFilter}</Action>}>
                        {words.filterNone}
                      </EmptyState>
                    )
                  }
                />
              )}
            </Reply>
          </div>
        }
        rail={row ? <Detail key={row.id} row={row} /> : <p className={`sec ${css.detail}`}>{words.choose}</p>}
      />
    </>
  );
}

/** By title, state or amount; the outbox shows what waits and the last hundred that left. */
function fits(effect: EffectRow, wanted: string): boolean {
  const said = [effect.title, words.states[effect.state] ?? effect.state, effect.waits_for, effect.amount?.amount ?? ""];
  return wanted === "" || said.join(" ").toLowerCase().includes(wanted);
}

function Detail({ row }: { row: EffectRow }) {
  const resolve = useDecide("effect_resolve");
  const answer = (value: string) => void resolve.act({ id: row.id, answer: value });
  const failed = row.state === "failed";
  return (
    <div className={css.detail}>
      <h1>{row.title}</h1>
      {row.state === "unknown" ? <p className="att">{words.unknownBody}</p> : null}
      {failed ? <p className="danger">{words.failedBody}</p> : null}
      {row.state === "unknown" || failed ? (
        <div className={css.actions}>
          {row.state === "unknown" ? (
            <Action look="primary" disabled={resolve.busy} onClick={() => answer("sent")}>
              {words.arrived}
            </Action>
          ) : null}
          <Action look={failed ? "primary" : "default"} disabled={resolve.busy} onClick={() => answer("again")}>
            {words.again}
          </Action>
          <Action look="plain" disabled={resolve.busy} onClick={() => answer("drop")}>
            {words.drop}
          </Action>
        </div>
      ) : null}
      <Problem error={resolve.error} />
      <div className={css.facts}>
        <FactList
          facts={[
            { label: words.state, value: <State row={row} /> },
            ...(row.waits_for ? [{ label: words.waitsFor, value: row.waits_for }] : []),
            { label: words.since, value: <When at={row.since} /> },
            { label: words.attempts, value: <span className="num">{row.attempts}</span> },
            { label: words.delivery, value: words.deliveries[row.delivery] ?? row.delivery },
            ...(row.amount ? [{ label: words.amount, value: <Money value={row.amount} /> }] : []),
          ]}
        />
      </div>
      {row.has_preview ? <Preview id={row.id} /> : null}
      {row.error ? (
        <>
          <div className="label">{words.lastError}</div>
          <pre className={css.error} tabIndex={0} aria-label={text.states.details}>{row.error}</pre>
        </>
      ) : null}
    </div>
  );
}

const message = text.messages;
/** Nothing in the frame may run or be fetched, whatever the message holds. */
const POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";

/** What a message says, from the bytes that are sent. */
function Preview({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <div className={css.actions}>
        <Action look="plain" onClick={() => setOpen(!open)}>
          {open ? message.hide : message.show}
        </Action>
      </div>
      {open ? <PreviewBody id={id} /> : null}
    </>
  );
}

function PreviewBody({ id }: { id: string }) {
  const preview = useQueryApi("message_preview", { id });
  return (
    <Reply of={preview} title={message.failed}>
      {(data) => (
        <>
          <FactList
            facts={[
              { label: message.from, value: data.from === "" ? message.noFrom : data.from },
              { label: message.to, value: data.to },
              ...(data.subject === "" ? [] : [{ label: message.subject, value: data.subject }]),
              ...(data.attachments.length === 0 ? [] : [{ label: message.attachments, value: data.attachments.join(", ") }]),
            ]}
          />
          {data.html === "" ? (
            <pre className={css.error}>{data.text}</pre>
          ) : (
            <iframe title={message.frame} sandbox="" referrerPolicy="no-referrer" srcDoc={POLICY + data.html} className={css.frame} />
          )}
        </>
      )}
    </Reply>
  );
}
