import { IconPlus } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import type { MatchIndex } from "../../../api/bindings";
import { useQueryApi, useRows } from "../../../api/hooks";
import { Action } from "../../../shared/Action";
import { ListDesk } from "../../../shared/Body";
import { useKeys } from "../../../shared/keys/useKeys";
import { ExportIcon, ExportProblem, useListExport } from "../../../shared/listExport";
import { useVoice } from "../../../shared/live";
import { Money } from "../../../shared/Money";
import { FilteredToNothing } from "../../../shared/Nearest";
import { navigate, routeHref, useRoute } from "../../../shared/route";
import { SearchField } from "../../../shared/SearchField";
import { ClearedState, EmptyState, LoadingRows, Problem, Reply } from "../../../shared/States";
import { useStatus } from "../../../shared/status";
import { text } from "../../../shared/text";
import { TopBar } from "../../../shared/TopBar";
import { useDecide } from "../../../shared/Undo";
import { useDelayed } from "../../../shared/useDelayed";
import { Key } from "../../../shared/Key";
import { LineDesk } from "./LineDesk";
import { LineList, type LineGroup } from "./LineList";
import css from "./Match.module.css";

const words = text.moneyIn.match;
const FILTER_MS = 150;

const goRecord = () => navigate(routeHref("money-in", "payments", "new"));
const goImport = () => navigate(routeHref("money-in", "match", "import"));

/** What came in, and what it pays: the lines at the left, the desk of one at the right. */
export function MatchPage() {
  const [typed, setTyped] = useState("");
  const asked = useDelayed(typed.trim(), FILTER_MS);
  const index = useQueryApi("match_index", { text: asked });
  useKeys("screen", [{ keys: ["N"], label: words.recordKey, run: goRecord }]);
  return (
    <>
      <TopBar section="money-in">
        <Action onClick={goImport}>{words.import}</Action>
        <Action combo="N" icon={<IconPlus size={15} stroke={1.8} />} onClick={goRecord}>
          {words.record}
        </Action>
      </TopBar>
      <Reply of={index} title={text.states.notShown(words.list)} loading={<LoadingRows rows={7} height={74} />}>
        {(data) => <Matching index={data} typed={typed} asked={asked} onType={setTyped} />}
      </Reply>
    </>
  );
}

function Matching({ index, typed, asked, onType }: { index: MatchIndex; typed: string; asked: string; onType: (text: string) => void }) {
  const route = useRoute();
  const status = useStatus();
  const voice = useVoice();
  const [window, setWindow] = useState({ first: 0, last: 0 });
  // Chosen while its row was still on its way.
  const [pending, setPending] = useState<number | null>(null);
  const keys = useMemo(() => [...index.needs_you, ...index.ready, ...index.booked], [index]);
  const rows = useRows("match_rows", keys, window);
  const ready = useDecide("match_confirm_ready");
  // X files a line here, so the export of the list has the Shift with it.
  const exporting = useListExport({ list: "lines", state: "", text: asked, sort: "" }, "Shift X");

  const firstKey = index.needs_you[0] ?? index.ready[0] ?? null;
  const id = route.id ?? (firstKey === null ? null : (rows.row(firstKey)?.id ?? null));
  const desk = useQueryApi("match_line", { id: id ?? "" }, { enabled: id !== null, keep: false });
  const selected = pending ?? desk.data?.line.key ?? keys.find((key) => rows.row(key)?.id === id && id !== null) ?? null;

  const select = (key: number | null) => {
    const row = key === null ? undefined : rows.row(key);
    setPending(row || key === null ? null : key);
    if (row) navigate(routeHref("money-in", "match", row.id), { replace: true });
    else if (key === null) navigate(routeHref("money-in", "match"), { replace: true });
  };
  const pendingId = pending === null ? undefined : rows.row(pending)?.id;
  useEffect(() => {
    if (pendingId === undefined) return;
    setPending(null);
    navigate(routeHref("money-in", "match", pendingId), { replace: true });
  }, [pendingId]);

  const waiting = [...index.needs_you, ...index.ready];
  const decided = (say: string) => {
    const at = selected === null ? -1 : waiting.indexOf(selected);
    if (at < 0) return;
    const left = index.needs_you.length - (index.needs_you.includes(selected as number) ? 1 : 0);
    select(waiting[at + 1] ?? waiting[at - 1] ?? null);
    voice.say(`${say} ${words.left(left)}`.trim());
  };
  const confirmAll = async () => {
    if (await ready.act({})) voice.say(words.left(index.needs_you.length));
  };
  const canConfirm = index.ready.length > 0;
  useKeys("screen", [{ keys: ["Shift A"], label: words.confirmAllKey, enabled: canConfirm, run: () => void confirmAll() }]);

  const groups: LineGroup[] = [
    { id: "needs", keys: index.needs_you, head: <Head title={words.groups.needs} count={words.lines(index.needs_you.length)}><Money value={index.needs_you_sum} tone="secondary" className="push" /></Head> },
    {
      id: "ready",
      keys: index.ready,
      head: (
        <Head title={words.groups.ready} count={words.lines(index.ready.length)}>
          <span className="push" />
          <Action look="link" aria-keyshortcuts="Shift+A" disabled={ready.busy} onClick={() => void confirmAll()}>
            {words.confirmAll}
          </Action>
          <Key combo="Shift A" />
        </Head>
      ),
    },
    { id: "booked", keys: index.booked, head: <Head title={words.groups.booked} count={words.lastDays(index.booked.length)}><Money value={index.booked_sum} tone="secondary" className="push" /></Head> },
  ];

  const place = selected === null ? -1 : index.needs_you.indexOf(selected);
  const nothingAtAll = keys.length === 0;
  if (nothingAtAll && asked === "" && typed === "" && route.id === null) {
    return status?.imported_at ? (
      <Cleared />
    ) : (
      <EmptyState
        title={words.emptyTitle}
        actions={
          <>
            <Action look="primary" onClick={goImport}>
              {text.importing.choose}
            </Action>
            <Action onClick={goRecord}>{text.palette.record}</Action>
          </>
        }
      >
        {words.emptyBody}
      </EmptyState>
    );
  }
  return (
    <ListDesk
      listLabel={words.list}
      list={
        <>
          <div className={css.filter}>
            <SearchField label={words.filter} placeholder={words.filterHint} value={typed} onChange={onType} />
            <ExportIcon of={exporting} list="lines" />
          </div>
          <div className="gutter">
            <Problem error={ready.error ?? rows.error} />
            <ExportProblem of={exporting} />
          </div>
          {nothingAtAll ? (
            <FilteredToNothing typed={asked} route="/money-in/match/" noun={words.noun} onClear={() => onType("")} />
          ) : (
            <LineList groups={groups} selected={selected} onSelect={select} row={rows.row} onWindow={setWindow} />
          )}
        </>
      }
      desk={
        id === null ? (
          asked === "" && firstKey === null ? <Cleared /> : null
        ) : (
          <Reply key={id} of={desk} title={text.states.notShown(words.desk)} loading={<LoadingRows rows={3} height={74} />}>
            {(data) => (
              <LineDesk
                key={data.line.id}
                desk={data}
                place={place < 0 ? null : { at: place + 1, of: index.needs_you.length, sum: index.needs_you_sum }}
                onDecided={decided}
              />
            )}
          </Reply>
        )
      }
    />
  );
}

function Head({ title, count, children }: { title: string; count: string; children: React.ReactNode }) {
  return (
    <>
      <h3>{title}</h3>
      <span className="small sec">{count}</span>
      {children}
    </>
  );
}

function Cleared() {
  return (
    <div className={css.state}>
      <ClearedState title={words.clearedTitle} actions={<Action onClick={goImport}>{words.import}</Action>}>
        {words.clearedBody}
      </ClearedState>
    </div>
  );
}
