import { routeHref, navigate } from "../../../shared/route";
import { TopBar } from "../../../shared/TopBar";
import { ImportPage } from "../../settings/import/ImportPage";

/** The import of a statement, begun from Match and ending there. */
export function ImportFromMatch() {
  return (
    <>
      <TopBar section="money-in" />
      <ImportPage onLeave={() => navigate(routeHref("money-in", "match"))} />
    </>
  );
}
