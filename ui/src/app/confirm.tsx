import { personLocale } from "../shared/locale";
import "./styles";
import { createRoot } from "react-dom/client";
import { Confirm } from "../screens/confirm/Confirm";
import { FormatProvider } from "../shared/company";
import { useQueryApi } from "../api/hooks";
import { usePreferences } from "../shared/preferences";
import { Providers } from "./Providers";

/** The small window that releases money. It has its own page, so the main window never holds its commands. */
function ConfirmWindow() {
  const status = useQueryApi("status", {});
  const { hour12 } = usePreferences();
  const batch = decodeURIComponent(window.location.hash.replace(/^#\/?(confirm\/)?/, ""));
  const format = { currency: status.data?.currency ?? "USD", zone: status.data?.zone, locale: personLocale(), hour12 };
  return (
    <FormatProvider format={format}>
      <Confirm batch={batch} />
    </FormatProvider>
  );
}

const root = document.getElementById("root");
if (!root) throw new Error("confirm.html has no #root");
createRoot(root).render(
  <Providers>
    <ConfirmWindow />
  </Providers>,
);
