import { TopBar } from "../../shared/TopBar";

export function Automations() {
  return <TopBar section="automations" />;
}
