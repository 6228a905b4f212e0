import { TopBar } from "../../../shared/TopBar";

export function PaymentsPage() {
  return <TopBar section="money-in" />;
}
