import { Modal } from "@mantine/core";
import { useState } from "react";
import { Action } from "../../shared/Action";
import { useClock } from "../../shared/company";
import { DayField } from "../../shared/fields";
import { dayIn, daysLater, instantOf, weekdayText } from "../../shared/format/time";
import { useKeys } from "../../shared/keys/useKeys";
import { text } from "../../shared/text";
import css from "./Today.module.css";

const words = text.today.again;
const HOUR = 9;

/** Puts a decision off until a morning that you choose. */
export function AskAgain({ title, onChoose, onClose }: { title: string; onChoose: (until: string) => void; onClose: () => void }) {
  const clock = useClock();
  const today = dayIn(clock.now, clock.zone);
  const [day, setDay] = useState("");
  const choose = (chosen: string) => onChoose(instantOf(chosen, HOUR, clock.zone));
  const offered = [1, 3, 7].map((days) => daysLater(today, days));
  const past = day !== "" && day <= today;
  useKeys("window", [
    { keys: ["Esc"], label: text.keys.back, whileTyping: true, run: onClose },
    ...offered.map((each, index) => ({ keys: [String(index + 1)], label: weekdayText(each, clock), run: () => choose(each) })),
  ]);
  return (
    <Modal opened onClose={onClose} title={words.title} size={440} closeButtonProps={{ "aria-label": text.common.close }}>
      <p className="sec">{title}</p>
      <div className={css.again}>
        {offered.map((each, index) => (
          <Action key={each} combo={String(index + 1)} onClick={() => choose(each)}>
            {words.at(weekdayText(each, clock))}
          </Action>
        ))}
        <DayField label={words.day} value={day} onChange={setDay} error={past ? words.past : undefined} />
        <div className={css.openedActions}>
          {day !== "" && !past ? (
            <Action look="primary" onClick={() => choose(day)}>
              {words.at(weekdayText(day, clock))}
            </Action>
          ) : null}
          <Action look="plain" onClick={onClose}>
            {text.common.cancel}
          </Action>
        </div>
      </div>
    </Modal>
  );
}
