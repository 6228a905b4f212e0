import { useRoute } from "../../shared/route";
import { Accounts } from "./Accounts";
import { Audit } from "./Audit";
import { Journal } from "./Journal";
import { TieOutScreen } from "./TieOut";

/** Ledger: journal, accounts, tie-out, audit. */
export function Ledger() {
  const { tab } = useRoute();
  if (tab === "accounts") return <Accounts />;
  if (tab === "tie-out") return <TieOutScreen />;
  if (tab === "audit") return <Audit />;
  return <Journal />;
}
