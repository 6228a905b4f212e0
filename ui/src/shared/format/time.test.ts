import { describe, expect, it } from "vitest";
import { ageText, dateText, dayIn, daysLater, durationText, exactText, instantOf, leftText, longDateText, momentText, parseDay, timeText, todayText, weekdayText, type Clock } from "./time";

const clock: Clock = { now: new Date("2026-11-17T13:41:00Z"), zone: "America/New_York" };

describe("dates", () => {
  it("are short this year and carry the year otherwise", () => {
    expect(dateText("2026-11-17", clock)).toBe("17 Nov");
    expect(dateText("2025-09-01", clock)).toBe("1 Sep 2025");
  });
  it("of a plain day never slip with the zone", () => {
    for (const zone of ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"]) expect(dateText("2026-01-01", { ...clock, zone }), zone).toBe("1 Jan");
  });
  it("of a moment are those of the company's zone", () => {
    expect(dateText("2026-11-17T03:00:00Z", clock)).toBe("16 Nov");
    expect(dayIn(new Date("2026-11-17T03:00:00Z"), "America/New_York")).toBe("2026-11-16");
  });
  it("name the weekday in the near future and the day in the top bar", () => {
    expect(weekdayText("2026-11-18", clock)).toBe("Wed 18 Nov");
    expect(todayText(clock)).toBe("Tuesday, 17 November");
    expect(longDateText("2026-11-12", clock)).toBe("12 November 2026");
  });
  it("show only the time for today", () => {
    expect(momentText("2026-11-17T13:12:00Z", clock)).toBe("08:12");
    expect(momentText("2026-11-16T13:12:00Z", clock)).toBe("16 Nov 08:12");
  });
  it("follow the 12-hour setting and write midnight as 00:00 otherwise", () => {
    expect(timeText("2026-11-17T13:41:00Z", { ...clock, hour12: true })).toBe("8:41 AM");
    expect(timeText("2026-11-17T05:00:00Z", clock)).toBe("00:00");
  });
  it("are exact with their zone on hover", () => {
    expect(exactText("2026-11-17T13:12:05Z", clock)).toBe("17 November 2026, 08:12:05 GMT-5");
  });
  it("refuse a text that is no time", () => expect(() => dateText("yesterday", clock)).toThrow(RangeError));
});

describe("ages and spans", () => {
  it("use one unit; hours reach two days only where time is running", () => {
    expect(ageText("2026-11-15T14:30:00Z", clock, true)).toBe("47 h");
    expect(ageText("2026-11-15T14:30:00Z", clock)).toBe("1 d");
    expect(ageText("2026-11-17T13:21:00Z", clock)).toBe("20 min");
    expect(ageText("2026-11-17T13:40:30Z", clock)).toBe("just now");
  });
  it("say what is left, and now when it is past", () => {
    expect(leftText("2026-11-20T14:00:00Z", clock)).toBe("3 d left");
    expect(leftText("2026-11-17T13:00:00Z", clock)).toBe("now");
  });
  it("write durations as the pictures do", () => {
    const pairs: [number, string][] = [[800, "0.8 s"], [22_400, "22 s"], [278_000, "4 min 38 s"], [11_520_000, "3 h 12 min"], [62 * 3_600_000, "62 h"]];
    for (const [ms, expected] of pairs) expect(durationText(ms)).toBe(expected);
  });
});

describe("a typed day", () => {
  it("is read with a month in words or in ISO order", () => {
    expect(parseDay("16 Nov 2026", clock)).toBe("2026-11-16");
    expect(parseDay("16 november", clock)).toBe("2026-11-16");
    expect(parseDay("2026-2-3", clock)).toBe("2026-02-03");
    expect(parseDay("today", clock)).toBe("2026-11-17");
  });
  it("is not guessed from 3/4, and a day that does not exist is refused", () => {
    for (const bad of ["3/4/2026", "31 Feb 2026", "0 Jan", "2026-13-01", "16 foo"]) expect(parseDay(bad, clock), bad).toBeNull();
  });
});

describe("a morning in a zone", () => {
  it("is an instant, also over the turn of the clocks", () => {
    expect(instantOf("2026-11-18", 9, "America/New_York")).toBe("2026-11-18T14:00:00.000Z");
    expect(instantOf("2026-07-01", 9, "America/New_York")).toBe("2026-07-01T13:00:00.000Z");
    expect(instantOf("2026-11-01", 9, "America/New_York")).toBe("2026-11-01T14:00:00.000Z");
    expect(instantOf("2026-03-29", 9, "Europe/Berlin")).toBe("2026-03-29T07:00:00.000Z");
    expect(instantOf("2026-11-18", 9, "Asia/Kolkata")).toBe("2026-11-18T03:30:00.000Z");
    expect([daysLater("2026-12-31", 1), daysLater("2028-02-28", 1)]).toEqual(["2027-01-01", "2028-02-29"]);
  });
});
