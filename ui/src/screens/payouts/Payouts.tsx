import { TopBar } from "../../shared/TopBar";

export function Payouts() {
  return <TopBar section="payouts" />;
}
