import { Outbox } from "./Outbox";

/** Automations: what waits to leave. */
export function Automations() {
  return <Outbox />;
}
