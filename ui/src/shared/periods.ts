import { longDateText } from "./format/time";
import { text } from "./text";

/** A stretch of days. */
export interface Period {
  id: string;
  label: string;
  from: string;
  to: string;
}

/** All time, then the last months, newest first, each with its first and last day. */
export function monthsBack(today: string, count: number): Period[] {
  const periods: Period[] = [{ id: "", label: text.ledger.allTime, from: "", to: "" }];
  let [year = 0, month = 0] = today.split("-").map(Number);
  for (let index = 0; index < count; index += 1) {
    const id = `${year}-${String(month).padStart(2, "0")}`;
    // Day 0 of the next month is the last day of this one.
    const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const label = longDateText(`${id}-01`, { now: new Date(0), zone: "UTC" }).replace(/^1 /, "");
    periods.push({ id, label, from: `${id}-01`, to: `${id}-${String(last).padStart(2, "0")}` });
    month -= 1;
    if (month === 0) {
      month = 12;
      year -= 1;
    }
  }
  return periods;
}
