import type { Counts } from "../api/bindings";
import { text } from "./text";

export interface Tab {
  id: string;
  title: string;
  /** Decisions there; zero shows nothing. */
  count: (counts: Counts) => number;
}

export interface Section {
  id: string;
  title: string;
  /** The screen's own title where it differs from the sidebar. */
  heading?: string;
  /** Second letter of `G …`. */
  letter: string;
  tabs: Tab[];
  count: (counts: Counts) => number;
}

const none = () => 0;

/** The screens that exist, in the order of the sidebar. Counts are decisions only, and add up to Today's. */
export const SECTIONS: Section[] = [
  { id: "today", title: text.nav.today, letter: "T", tabs: [], count: (c) => c.today },
  {
    id: "money-in",
    title: text.nav.moneyIn,
    letter: "M",
    tabs: [
      { id: "match", title: text.nav.match, count: (c) => c.matching },
      { id: "payments", title: text.nav.payments, count: (c) => c.payments },
      { id: "cards", title: text.nav.cards, count: (c) => c.cards },
      { id: "invoices", title: text.nav.invoices, count: none },
    ],
    count: (c) => c.matching + c.payments + c.cards,
  },
  {
    id: "payouts",
    title: text.nav.payouts,
    letter: "P",
    tabs: [{ id: "batches", title: text.nav.batches, count: (c) => c.payouts }],
    count: (c) => c.payouts,
  },
  {
    id: "automations",
    title: text.nav.automations,
    letter: "A",
    tabs: [
      { id: "jobs", title: text.nav.jobs, count: (c) => c.jobs },
      { id: "runs", title: text.nav.runs, count: none },
      { id: "outbox", title: text.nav.outbox, count: (c) => c.outbox },
      { id: "analytics", title: text.nav.analytics, count: none },
    ],
    count: (c) => c.jobs + c.outbox,
  },
  { id: "customers", title: text.moneyIn.customers.title, letter: "C", tabs: [], count: none },
  { id: "reports", title: text.nav.reports, letter: "R", tabs: [{ id: "revenue", title: text.nav.revenue, count: none }], count: none },
  {
    id: "ledger",
    title: text.nav.ledger,
    letter: "L",
    tabs: [
      { id: "journal", title: text.nav.journal, count: none },
      { id: "accounts", title: text.nav.accounts, count: none },
      { id: "tie-out", title: text.nav.tieOut, count: none },
      { id: "audit", title: text.nav.audit, count: none },
    ],
    count: none,
  },
  {
    id: "settings",
    title: text.nav.settings,
    heading: text.nav.settingsHeading,
    letter: "S",
    tabs: [
      { id: "accounts", title: text.nav.bankAccounts, count: none },
      { id: "company", title: text.nav.company, count: none },
      { id: "connections", title: text.connections.heading, count: none },
      { id: "notifications", title: text.notifications.heading, count: none },
      { id: "policies", title: text.nav.policies, count: none },
      { id: "security", title: text.nav.security, count: none },
      { id: "backups", title: text.nav.backups, count: none },
      { id: "appearance", title: text.nav.appearance, count: none },
    ],
    count: (c) => c.settings,
  },
];

export function sectionOf(id: string): Section | undefined {
  return SECTIONS.find((section) => section.id === id);
}
