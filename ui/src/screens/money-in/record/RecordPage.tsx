import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { PaymentForm } from "../../../api/bindings";
import { useQueryApi } from "../../../api/hooks";
import { navigate, routeHref } from "../../../shared/route";
import { LoadingRows, Reply } from "../../../shared/States";
import { text } from "../../../shared/text";
import { TopBar } from "../../../shared/TopBar";
import { RecordForm } from "./RecordForm";

const words = text.moneyIn.record;

/** Record a payment: the form at the left, the paper at the right. A page, not a dialog. */
export function RecordPage() {
  // Read once: what is typed afterwards is the newer draft.
  const draft = useQueryApi("payment_draft", {}, { keep: false });
  // What was read then is no draft any more when the page opens again: it may have been recorded.
  const client = useQueryClient();
  useEffect(() => () => client.removeQueries({ queryKey: ["payment_draft"] }), [client]);
  const [kept, setKept] = useState<string | null>(null);
  // "Record and add another" begins again with an empty form.
  const [round, setRound] = useState<{ at: number; empty: PaymentForm | null }>({ at: 0, empty: null });
  return (
    <>
      <TopBar section="money-in">{kept ? <span className="small">{kept}</span> : null}</TopBar>
      <Reply of={draft} title={text.states.notShown(words.title)} loading={<LoadingRows rows={4} />}>
        {(data) => (
          <RecordForm
            key={round.at}
            initial={round.empty ?? data}
            onKept={setKept}
            onAnother={(empty) => setRound({ at: round.at + 1, empty })}
            onLeave={() => navigate(routeHref("money-in", "payments"))}
          />
        )}
      </Reply>
    </>
  );
}
