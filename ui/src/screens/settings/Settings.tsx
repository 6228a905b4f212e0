import { useRoute } from "../../shared/route";
import { TopBar } from "../../shared/TopBar";
import { AccountsPage } from "./AccountsPage";
import { AppearancePage } from "./AppearancePage";
import { BackupsPage } from "./BackupsPage";
import { CompanyPage } from "./CompanyPage";
import { ConnectionsPage } from "./ConnectionsPage";
import { ImportPage } from "./import/ImportPage";
import { NotificationsPage } from "./NotificationsPage";
import { PoliciesPage } from "./PoliciesPage";
import { SecurityPage } from "./SecurityPage";
import css from "./Settings.module.css";

/** Connections & settings: one column, 560 wide, except where a table or a file is shown. */
export function Settings() {
  const { tab, id } = useRoute();
  return (
    <>
      <TopBar section="settings" />
      {tab === "accounts" && id === "import" ? (
        <ImportPage />
      ) : (
        <div className={css.scroller}>
          <div className={tab === "accounts" || tab === "" || tab === "backups" ? css.wide : css.column}>
            <Page tab={tab} />
          </div>
        </div>
      )}
    </>
  );
}

function Page({ tab }: { tab: string }) {
  switch (tab) {
    case "company":
      return <CompanyPage />;
    case "connections":
      return <ConnectionsPage />;
    case "notifications":
      return <NotificationsPage />;
    case "policies":
      return <PoliciesPage />;
    case "security":
      return <SecurityPage />;
    case "backups":
      return <BackupsPage />;
    case "appearance":
      return <AppearancePage />;
    default:
      return <AccountsPage />;
  }
}
