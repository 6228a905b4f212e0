import { useRoute } from "../../shared/route";
import { Analytics } from "./Analytics";
import { Jobs } from "./Jobs";
import { Outbox } from "./Outbox";
import { Runs } from "./Runs";

/** Automations: what runs by itself, what ran, what waits to leave, and what it all came to. */
export function Automations() {
  const { tab } = useRoute();
  if (tab === "runs") return <Runs />;
  if (tab === "outbox") return <Outbox />;
  if (tab === "analytics") return <Analytics />;
  return <Jobs />;
}
