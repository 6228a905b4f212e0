import { jobs } from "./jobs";
import { ledger } from "./ledger";
import { payouts } from "./payouts";
import { reports } from "./reports";
import { settings } from "./settings";
import { today } from "./today";
import { moneyIn } from "./moneyIn";

/** Everything the engine would answer, by method. */
export function fixtures(host: string): Record<string, unknown> {
  return {
    host_state: { state: host, folder: "/Users/founder/Purser", version: "1.0.0", message: host === "failed" ? "The file books.db is not a Purser store." : null, vault: "keychain" },
    ...today,
    ...jobs,
    ...ledger,
    ...payouts,
    ...settings,
    ...moneyIn,
    ...reports,
  };
}
