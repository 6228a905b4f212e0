import { BatchEnvelope } from "./BatchEnvelope";
import { ReleaseAll } from "./ReleaseAll";

/** The confirm window: one batch, or everything that a pause holds. */
export function Confirm({ batch }: { batch: string }) {
  return batch === "resume" ? <ReleaseAll /> : <BatchEnvelope key={batch} id={batch} />;
}
