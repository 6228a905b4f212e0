import { IconAlertTriangle, IconArrowUpRight, IconBuildingBank, IconCreditCardOff, IconCurrencyBitcoin, IconDatabaseOff, IconMailQuestion, IconPlugConnected, IconQuestionMark, IconScale, IconShieldQuestion } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Decision } from "../../api/bindings";
import { Action } from "../../shared/Action";
import { useClock } from "../../shared/company";
import { FactRow } from "../../shared/Facts";
import { dayIn } from "../../shared/format/time";
import type { Clock } from "../../shared/format/time";
import { TwoLine } from "../../shared/Line";
import { Money, useMoneyText } from "../../shared/Money";
import { text } from "../../shared/text";
import { When } from "../../shared/When";
import css from "./Today.module.css";

const DAY_MS = 86_400_000;

const ICONS: Record<string, ComponentType<{ size?: number; stroke?: number }>> = {
  approve_batch: IconArrowUpRight,
  unmatched_line: IconQuestionMark,
  short_payment: IconBuildingBank,
  ambiguous_line: IconBuildingBank,
  duplicate_payment: IconBuildingBank,
  crypto_late: IconCurrencyBitcoin,
  dispute: IconScale,
  connection: IconPlugConnected,
  backup_failed: IconDatabaseOff,
  effect_unknown: IconMailQuestion,
  verify_failed: IconAlertTriangle,
  collection_given_up: IconCreditCardOff,
  payment_confirmation: IconShieldQuestion,
};

/** Amber is for running time: due within a day, or already critical. */
export function isUrgent(decision: Decision, clock: Clock): boolean {
  if (decision.severity === "critical") return true;
  return decision.due !== null && new Date(decision.due).getTime() - clock.now.getTime() < DAY_MS;
}

function Age({ decision }: { decision: Decision }) {
  const clock = useClock();
  // A line that nothing fits is asked about by its age; a time that has passed says nothing any more.
  const running = decision.due !== null && decision.kind !== "unmatched_line" && new Date(decision.due).getTime() > clock.now.getTime();
  if (!decision.due || !running) return <When at={decision.since} as={isUrgent(decision, clock) ? "running" : "age"} />;
  const sameDay = dayIn(new Date(decision.due), clock.zone) === dayIn(clock.now, clock.zone);
  if (sameDay) return <>{text.today.dueToday}</>;
  return <When at={decision.due} as="left" />;
}

export function DecisionLine({ decision, open }: { decision: Decision; open: boolean }) {
  const clock = useClock();
  const Icon = ICONS[decision.kind] ?? IconBuildingBank;
  const urgent = isUrgent(decision, clock);
  return (
    <TwoLine
      open={open}
      icon={<Icon size={16} stroke={1.7} />}
      tone={urgent ? "attention" : "neutral"}
      title={decision.title}
      reason={decision.reason}
      age={<Age decision={decision} />}
      ageTone={urgent ? "attention" : undefined}
      amount={decision.amount ? <Money value={decision.amount} sign="none" /> : null}
    />
  );
}

/** The facts of the opened item and its one primary button. Money never leaves from here. */
export function Opened({ decision, busy, onOpen, onDone, onTomorrow, onLater }: { decision: Decision; busy: boolean; onOpen: () => void; onDone: () => void; onTomorrow: () => void; onLater: () => void }) {
  const money = useMoneyText();
  const isBatch = decision.kind === "approve_batch";
  const label = isBatch && decision.amount ? text.today.reviewAmount(money(decision.amount, "none")) : decision.amount ? text.today.decide : text.today.look;
  return (
    <div className={css.opened}>
      {decision.facts.length > 0 ? <FactRow facts={decision.facts} /> : null}
      <div className={css.openedActions}>
        <Action look="primary" combo="Enter" onClick={onOpen}>
          {label}
        </Action>
        {decision.actions.includes("done") ? (
          <Action combo="D" disabled={busy} onClick={onDone}>
            {text.today.done}
          </Action>
        ) : null}
        {decision.actions.includes("snooze") ? (
          <>
            <Action combo="Z" disabled={busy} onClick={onTomorrow}>
              {text.today.tomorrow}
            </Action>
            <Action look="plain" combo="Shift Z" disabled={busy} onClick={onLater}>
              {text.today.again.button}
            </Action>
          </>
        ) : null}
      </div>
    </div>
  );
}
