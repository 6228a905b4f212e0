import { useClock } from "./company";
import { ageText, dateText, exactText, leftText, longDateText, momentText, timeText, weekdayText, type Clock } from "./format/time";

export type WhenForm = "date" | "long" | "weekday" | "time" | "seconds" | "moment" | "age" | "running" | "left";

const FORMS: Record<WhenForm, (at: string, clock: Clock) => string> = {
  date: dateText,
  long: longDateText,
  weekday: weekdayText,
  time: timeText,
  seconds: (at, clock) => timeText(at, clock, true),
  moment: momentText,
  age: (at, clock) => ageText(at, clock),
  running: (at, clock) => ageText(at, clock, true),
  left: leftText,
};

/** A date, time or age; the exact time with its zone is on hover and read aloud for ages. */
export function When({ at, as = "moment", className }: { at: string | null | undefined; as?: WhenForm; className?: string }) {
  const clock = useClock();
  if (!at) return <span className={className}>–</span>;
  const exact = exactText(at, clock);
  const relative = as === "age" || as === "running" || as === "left";
  return (
    <time dateTime={at} title={exact} className={`num ${className ?? ""}`}>
      {FORMS[as](at, clock)}
      {relative ? <span className="sr">, {exact}</span> : null}
    </time>
  );
}
