import { TopBar } from "../../shared/TopBar";

export function Settings() {
  return <TopBar section="settings" />;
}
