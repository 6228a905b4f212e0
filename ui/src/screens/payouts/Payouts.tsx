import { useRoute } from "../../shared/route";
import { BatchPage } from "./BatchPage";
import { BatchesPage } from "./BatchesPage";

/** Payouts: the batches, and one batch with its envelope. */
export function Payouts() {
  const { id } = useRoute();
  return id === null ? <BatchesPage /> : <BatchPage key={id} id={id} />;
}
