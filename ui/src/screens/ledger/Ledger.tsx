import { TopBar } from "../../shared/TopBar";

export function Ledger() {
  return <TopBar section="ledger" />;
}
