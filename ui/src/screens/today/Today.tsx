import { useState } from "react";
import type { Decision, Today as TodayData } from "../../api/bindings";
import type { ApiError } from "../../api/client";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { Body } from "../../shared/Body";
import { useClock } from "../../shared/company";
import { todayText } from "../../shared/format/time";
import { Lines } from "../../shared/Line";
import { Money } from "../../shared/Money";
import { openRoute } from "../../shared/open";
import { LoadingRows, Problem, Reply } from "../../shared/States";
import { useKeys } from "../../shared/keys/useKeys";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { useDecide } from "../../shared/Undo";
import { AskAgain } from "./AskAgain";
import { Cleared } from "./Cleared";
import { DecisionLine, Opened } from "./DecisionLine";
import { useMorning } from "../../shared/morning";
import { Rail } from "./Rail";
import css from "./Today.module.css";
import { Week } from "./Week";

/** Decisions that are listed; those after them follow as the first ones are made. */
const SHOWN = 200;

/** What needs you, and is the money all right? */
export function Today() {
  const today = useQueryApi("today", {});
  const clock = useClock();
  return (
    <>
      <TopBar section="today">
        <span>{todayText(clock)}</span>
      </TopBar>
      <Reply of={today} title={text.states.notShown(text.today.title)} loading={<LoadingRows rows={6} />}>
        {(data) => (
          <Body side={316} railLabel={text.today.money} main={<Queue data={data} />} rail={<Rail data={data} />} />
        )}
      </Reply>
    </>
  );
}

function Queue({ data }: { data: TodayData }) {
  const [selected, setSelected] = useState<string | null>(null);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const snooze = useDecide("snooze");
  const done = useDecide("attention_done");
  const morning = useMorning();
  const decisions = data.decisions;
  const byId = new Map(decisions.map((decision) => [decision.id, decision]));
  const current = (selected !== null ? byId.get(selected) : undefined) ?? decisions[0];

  const open = (decision: Decision | undefined) => {
    if (decision) void openRoute(decision.route).then(setProblem);
  };
  const after = (decision: Decision) => {
    const at = decisions.indexOf(decision);
    return (decisions[at + 1] ?? decisions[at - 1])?.id ?? null;
  };
  // An empty time is the engine's tomorrow morning.
  const later = async (decision: Decision | undefined, until = "") => {
    if (!decision || !canWait(decision)) return;
    const next = after(decision);
    if (await snooze.act({ id: decision.id, until })) setSelected(next);
  };
  const finish = async (decision: Decision | undefined) => {
    if (!decision || !isDoneElsewhere(decision)) return;
    const next = after(decision);
    if (await done.act({ id: decision.id })) setSelected(next);
  };
  const [asking, setAsking] = useState<Decision | null>(null);
  const any = decisions.length > 0;
  useKeys("screen", [
    { keys: ["A"], label: text.today.mainKey, hint: any, enabled: any, run: () => open(current) },
    { keys: ["D"], label: text.today.doneKey, enabled: any && current !== undefined && isDoneElsewhere(current), run: () => void finish(current) },
    { keys: ["Z"], label: text.today.tomorrowKey, hint: any, enabled: any, run: () => void later(current) },
    { keys: ["Shift Z"], label: text.today.again.key, enabled: any, run: () => current && canWait(current) && setAsking(current) },
    { keys: ["S"], label: text.today.morningKey, enabled: any, run: () => morning.start(decisions) },
  ]);

  if (!any) return <Cleared data={data} />;
  return (
    <div className={css.queue}>
      <div className={css.head}>
        <h1>{text.today.decisions(decisions.length)}</h1>
        <p className={`sec ${css.stake}`}>
          <Money value={data.at_stake} /> {text.today.stake} {text.today.about(data.minutes)}
          {data.other_currencies > 0 ? `, ${text.today.others(data.other_currencies)}` : null}
        </p>
        <Action combo="S" onClick={() => morning.start(decisions)}>
          {text.today.startMorning}
        </Action>
      </div>
      <Problem error={problem ?? snooze.error ?? done.error} />
      <Lines
        label={text.today.queue}
        noun={text.today.noun}
        groups={[{ id: "decisions", label: text.today.queue, keys: decisions.slice(0, SHOWN).map((decision) => decision.id) }]}
        selected={current?.id ?? null}
        onSelect={setSelected}
        onOpen={(id) => open(byId.get(id))}
        line={(id, isCurrent) => {
          const decision = byId.get(id);
          return decision ? <DecisionLine decision={decision} open={isCurrent} /> : null;
        }}
        detail={(id) => {
          const decision = byId.get(id);
          return decision ? (
            <Opened decision={decision} busy={snooze.busy || done.busy} onOpen={() => open(decision)} onDone={() => void finish(decision)} onTomorrow={() => void later(decision)} onLater={() => setAsking(decision)} />
          ) : null;
        }}
      />
      {decisions.length > SHOWN ? <p className={`sec ${css.more}`}>{text.today.more(decisions.length - SHOWN)}</p> : null}
      <div className={css.space} />
      <Week facts={data.week} />
      {asking ? (
        <AskAgain
          title={asking.title}
          onClose={() => setAsking(null)}
          onChoose={(until) => {
            setAsking(null);
            void later(asking, until);
          }}
        />
      ) : null}
    </div>
  );
}

/** It is settled outside of Purser, and only you know when. */
function isDoneElsewhere(decision: Decision): boolean {
  return decision.actions.includes("done");
}

function canWait(decision: Decision): boolean {
  return decision.actions.includes("snooze");
}
