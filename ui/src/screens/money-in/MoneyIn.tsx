import { TopBar } from "../../shared/TopBar";

/** Money in: match, payments, invoices. */
export function MoneyIn() {
  return <TopBar section="money-in" />;
}
