import { lazy, type ComponentType } from "react";

/** One entry per section; each screen is its own file on disk, read when first opened. */
export const SCREENS: Record<string, ComponentType> = {
  today: lazy(() => import("../screens/today/Today").then((m) => ({ default: m.Today }))),
  "money-in": lazy(() => import("../screens/money-in/MoneyIn").then((m) => ({ default: m.MoneyIn }))),
  payouts: lazy(() => import("../screens/payouts/Payouts").then((m) => ({ default: m.Payouts }))),
  automations: lazy(() => import("../screens/automations/Automations").then((m) => ({ default: m.Automations }))),
  customers: lazy(() => import("../screens/customers/Customers").then((m) => ({ default: m.Customers }))),
  ledger: lazy(() => import("../screens/ledger/Ledger").then((m) => ({ default: m.Ledger }))),
  settings: lazy(() => import("../screens/settings/Settings").then((m) => ({ default: m.Settings }))),
};
