import { useRoute } from "../../shared/route";
import { Jobs } from "./Jobs";
import { Outbox } from "./Outbox";
import { Runs } from "./Runs";

/** Automations: what runs by itself, what ran, and what waits to leave. */
export function Automations() {
  const { tab } = useRoute();
  if (tab === "runs") return <Runs />;
  if (tab === "outbox") return <Outbox />;
  return <Jobs />;
}
