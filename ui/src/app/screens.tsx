import { lazy, type ComponentType } from "react";

/** One entry per section; each screen is its own file on disk, read when first opened. */
const READ: Record<string, () => Promise<{ default: ComponentType }>> = {
  today: () => import("../screens/today/Today").then((m) => ({ default: m.Today })),
  "money-in": () => import("../screens/money-in/MoneyIn").then((m) => ({ default: m.MoneyIn })),
  payouts: () => import("../screens/payouts/Payouts").then((m) => ({ default: m.Payouts })),
  automations: () => import("../screens/automations/Automations").then((m) => ({ default: m.Automations })),
  customers: () => import("../screens/customers/Customers").then((m) => ({ default: m.Customers })),
  reports: () => import("../screens/reports/Revenue").then((m) => ({ default: m.Revenue })),
  ledger: () => import("../screens/ledger/Ledger").then((m) => ({ default: m.Ledger })),
  settings: () => import("../screens/settings/Settings").then((m) => ({ default: m.Settings })),
};

export const SCREENS: Record<string, ComponentType> = Object.fromEntries(
  Object.entries(READ).map(([section, read]) => [section, lazy(read)]),
);

/** Reads a screen's file before it is shown; one that fails is read, and says so, when it is. */
export function readAhead(section: string): void {
  (READ[section] ?? READ.today)?.().catch(() => undefined);
}
