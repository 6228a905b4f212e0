import { TopBar } from "../../../shared/TopBar";

export function InvoiceFormPage() {
  return <TopBar section="money-in" />;
}
