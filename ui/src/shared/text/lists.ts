import { countText } from "../locale";

/** The sentences that every list shares: sorting, export, the nearest hit. */
export const lists = {
  sortBy: (column: string) => `Sort by ${column.toLowerCase()}`,
  export: {
    button: "Export",
    key: "export",
    titles: { invoices: "Export these invoices", payments: "Export these payments", lines: "Export these bank lines", customers: "Export these customers" },
    failed: "The list was not written",
    busy: "Writing the list",
  },
  looking: (typed: string) => (typed.trim() === "" ? "Looking" : `Looking for “${typed.trim()}”`),
  nearest: {
    nothing: (typed: string) => `Nothing matches “${typed}”`,
    state: "Nothing is in this state",
    stateBody: "Another state has the others.",
    is: "The nearest is",
    looking: "Looking for the nearest",
    none: "No other word, amount or number comes near either.",
    show: (noun: string) => `Show that ${noun}`,
  },
};

/** The network is away: neutral, since when, what waits. */
export const offline = {
  since: (when: string) => `No network since ${when}.`,
  unreachable: (who: string, when: string) => `${who} cannot be reached since ${when}.`,
  goOn: "You can go on working.",
  nothing: "Nothing waits in the outbox.",
  waits: (what: string, one: boolean) => `${what} ${one ? "waits" : "wait"} in the outbox and ${one ? "leaves" : "leave"} when you are online.`,
  emails: (count: number) => (count === 1 ? "1 email" : `${countText(count)} emails`),
  money: (count: number) => (count === 1 ? "1 payment" : `${countText(count)} payments`),
  others: (count: number) => (count === 1 ? "1 other message" : `${countText(count)} other messages`),
  outbox: "Outbox",
};
