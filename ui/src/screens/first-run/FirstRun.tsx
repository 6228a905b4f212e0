import type { HostState } from "../../api/bindings";
export function FirstRun(_props: { host: HostState; onReady: () => void }) {
  return <main />;
}
