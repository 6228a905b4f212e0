import { useRoute } from "../../shared/route";
import { CardsPage } from "./cards/CardsPage";
import { InvoiceFormPage } from "./invoices/InvoiceFormPage";
import { InvoicesPage } from "./invoices/InvoicesPage";
import { ImportFromMatch } from "./match/ImportFromMatch";
import { MatchPage } from "./match/MatchPage";
import { PaymentsPage } from "./payments/PaymentsPage";
import { RecordPage } from "./record/RecordPage";

/** Money in: match, payments, card payments, invoices. */
export function MoneyIn() {
  const { tab, id } = useRoute();
  if (tab === "payments") return id === "new" ? <RecordPage /> : <PaymentsPage />;
  if (tab === "cards") return <CardsPage />;
  if (tab === "invoices") return id === "new" ? <InvoiceFormPage /> : <InvoicesPage />;
  return id === "import" ? <ImportFromMatch /> : <MatchPage />;
}
