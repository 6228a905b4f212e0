/** How and when "now" is: passed in, so that every text can be tested and replayed. */
export interface Clock {
  now: Date;
  /** IANA zone of the company, for example "America/New_York". */
  zone?: string;
  locale?: string;
  /** From the operating system; 24 h unless it says otherwise. */
  hour12?: boolean;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A plain day has no zone: it is read as noon UTC and shown in UTC, so it never slips. */
function read(at: string, zone: string | undefined): { date: Date; zone: string | undefined } {
  if (DAY.test(at)) return { date: new Date(`${at}T12:00:00Z`), zone: "UTC" };
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) throw new RangeError(`"${at}" is not a time`);
  return { date, zone };
}

function part(date: Date, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  // The month is always a word; English texts, so English months.
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(date);
}

function year(date: Date, zone: string | undefined): string {
  return part(date, zone, { year: "numeric" });
}

/** The calendar day in a zone as YYYY-MM-DD. */
export function dayIn(date: Date, zone?: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
}

/** `17 Nov`, with the year when it is not this year. */
export function dateText(at: string, clock: Clock): string {
  const { date, zone } = read(at, clock.zone);
  const month = part(date, zone, { month: "short" }).slice(0, 3);
  const text = `${part(date, zone, { day: "numeric" })} ${month}`;
  return year(date, zone) === year(clock.now, clock.zone) ? text : `${text} ${year(date, zone)}`;
}

/** `12 November 2026`, for papers. */
export function longDateText(at: string, clock: Clock): string {
  const { date, zone } = read(at, clock.zone);
  return part(date, zone, { day: "numeric", month: "long", year: "numeric" });
}

/** `Tue 18 Nov`, for the near future. */
export function weekdayText(at: string, clock: Clock): string {
  const { date, zone } = read(at, clock.zone);
  return `${part(date, zone, { weekday: "short" })} ${dateText(at, clock)}`;
}

/** `Tuesday, 17 November`, for the top bar. */
export function todayText(clock: Clock): string {
  const day = part(clock.now, clock.zone, { day: "numeric", month: "long" });
  return `${part(clock.now, clock.zone, { weekday: "long" })}, ${day}`;
}

/** `08:41`, with seconds where a second matters. */
export function timeText(at: string, clock: Clock, seconds = false): string {
  const { date, zone } = read(at, clock.zone);
  return new Intl.DateTimeFormat(clock.hour12 ? "en-US" : "en-GB", {
    timeZone: zone,
    hour: clock.hour12 ? "numeric" : "2-digit",
    minute: "2-digit",
    second: seconds ? "2-digit" : undefined,
    hour12: clock.hour12 ?? false,
    hourCycle: clock.hour12 ? undefined : "h23",
  }).format(date);
}

/** `08:41` today, `17 Nov 08:41` on any other day. */
export function momentText(at: string, clock: Clock): string {
  if (DAY.test(at)) return dateText(at, clock);
  const time = timeText(at, clock);
  const { date, zone } = read(at, clock.zone);
  return dayIn(date, zone) === dayIn(clock.now, zone) ? time : `${dateText(at, clock)} ${time}`;
}

/** The exact time with its zone, for hover and screen readers. */
export function exactText(at: string, clock: Clock): string {
  if (DAY.test(at)) return longDateText(at, clock);
  const { date, zone } = read(at, clock.zone);
  const name = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "short" })
    .formatToParts(date)
    .find((p) => p.type === "timeZoneName")?.value;
  return `${longDateText(at, clock)}, ${timeText(at, clock, true)} ${name ?? ""}`.trim();
}

/** Age or time left in one unit: `20 min`, `2 h`, `3 d`. Where time is running, hours count up to two days: `47 h`. */
export function spanText(ms: number, running = false): string {
  const span = Math.abs(ms);
  if (span < MINUTE_MS) return `${Math.floor(span / SECOND_MS)} s`;
  if (span < HOUR_MS) return `${Math.floor(span / MINUTE_MS)} min`;
  if (span < (running ? 2 : 1) * DAY_MS) return `${Math.floor(span / HOUR_MS)} h`;
  return `${Math.floor(span / DAY_MS)} d`;
}

/** `47 h` since then; "just now" within the first minute. */
export function ageText(at: string, clock: Clock, running = false): string {
  const age = clock.now.getTime() - read(at, clock.zone).date.getTime();
  return age < MINUTE_MS ? "just now" : spanText(age, running);
}

/** `3 d left`; "now" once it is past. */
export function leftText(at: string, clock: Clock): string {
  const left = read(at, clock.zone).date.getTime() - clock.now.getTime();
  return left <= 0 ? "now" : `${spanText(left, true)} left`;
}

/** Durations: `0.8 s`, `22 s`, `4 min 38 s`, `62 h`. */
export function durationText(ms: number): string {
  if (ms < 10 * SECOND_MS) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) {
    const seconds = Math.floor((ms % MINUTE_MS) / SECOND_MS);
    const minutes = Math.floor(ms / MINUTE_MS);
    return seconds === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
  }
  if (ms < 4 * HOUR_MS) {
    const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
    return minutes === 0 ? `${Math.floor(ms / HOUR_MS)} h` : `${Math.floor(ms / HOUR_MS)} h ${minutes} min`;
  }
  return `${Math.floor(ms / HOUR_MS)} h`;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * Reads a typed day: "16 Nov 2026", "16 nov", "2026-11-16". Numbers only with a month as a word or in ISO order,
 * because 3/4 means two different days. Returns YYYY-MM-DD or null.
 */
export function parseDay(typed: string, clock: Clock): string | null {
  const text = typed.trim().toLowerCase();
  if (text === "today") return dayIn(clock.now, clock.zone);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const words = /^(\d{1,2})\.?\s+([a-z]{3})[a-z]*\.?,?(?:\s+(\d{4}))?$/.exec(text);
  let y: number;
  let m: number;
  let d: number;
  if (iso) {
    [y, m, d] = [Number(iso[1]), Number(iso[2]), Number(iso[3])];
  } else if (words) {
    m = MONTHS.indexOf(words[2] ?? "") + 1;
    d = Number(words[1]);
    y = words[3] ? Number(words[3]) : Number(year(clock.now, clock.zone));
  } else {
    return null;
  }
  const day = new Date(Date.UTC(y, m - 1, d));
  if (m < 1 || day.getUTCMonth() !== m - 1 || day.getUTCDate() !== d) return null;
  return day.toISOString().slice(0, 10);
}

/** An hour of a day in a zone as RFC 3339 in UTC. Where that hour does not exist (clocks go forward) the one after it. */
export function instantOf(day: string, hour: number, zone?: string): string {
  const [y = 0, m = 1, d = 1] = day.split("-").map(Number);
  const wall = Date.UTC(y, m - 1, d, hour);
  let at = wall;
  // The offset depends on the instant, and the instant on the offset: the second look settles it.
  for (let look = 0; look < 2; look += 1) at = wall - offsetMs(at, zone);
  return new Date(at).toISOString();
}

/** What a zone's wall clock is ahead of UTC at an instant. */
function offsetMs(at: number, zone?: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(at);
  const number = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const wall = Date.UTC(number("year"), number("month") - 1, number("day"), number("hour"), number("minute"), number("second"));
  return wall - Math.floor(at / SECOND_MS) * SECOND_MS;
}

/** A day so many days later. */
export function daysLater(day: string, days: number): string {
  return new Date(new Date(`${day}T12:00:00Z`).getTime() + days * DAY_MS).toISOString().slice(0, 10);
}
