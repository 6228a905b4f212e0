import { TopBar } from "../../shared/TopBar";

export function Today() {
  return <TopBar section="today" />;
}
