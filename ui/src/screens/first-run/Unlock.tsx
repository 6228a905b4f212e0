import type { HostState } from "../../api/bindings";
export function Unlock(_props: { host: HostState; onReady: () => void }) {
  return <main />;
}
