import { TopBar } from "../../../shared/TopBar";

export function InvoicesPage() {
  return <TopBar section="money-in" />;
}
