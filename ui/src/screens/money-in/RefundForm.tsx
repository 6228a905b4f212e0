import { useState } from "react";
import type { Amount } from "../../api/bindings";
import { asApiError, type ApiError } from "../../api/client";
import { useCommand } from "../../api/hooks";
import { shell } from "../../api/shell";
import { Action } from "../../shared/Action";
import { AmountField } from "../../shared/fields";
import { useKeys } from "../../shared/keys/useKeys";
import { useMoneyText } from "../../shared/Money";
import { ErrorState } from "../../shared/States";
import { text } from "../../shared/text";
import css from "./Lists.module.css";

const words = text.moneyIn.payments;

/** Proposes to give back a payment; the money leaves only from the confirm window, which opens on the proposal. */
export function RefundForm({ payment, refundable, onClose }: { payment: string; refundable: Amount; onClose: () => void }) {
  const { currency } = refundable;
  const [amount, setAmount] = useState(refundable.amount);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const propose = useCommand("refund_propose");
  const money = useMoneyText();
  const submit = () => {
    setProblem(null);
    if (propose.isPending) return;
    propose.mutate(
      { payment, amount },
      {
        onSuccess: (batch) => {
          shell()
            .openConfirm(batch.id)
            .then(onClose, (raw: unknown) => setProblem(asApiError(raw)));
        },
      },
    );
  };
  useKeys("screen", [{ keys: ["Esc"], label: text.keys.back, hint: true, whileTyping: true, run: onClose }]);
  const error = problem ?? propose.error;
  return (
    <form
      className={css.refund}
      aria-label={words.refundTitle(payment)}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <AmountField label={words.refundAmount} value={amount} currency={currency} description={words.refundHelp} onChange={setAmount} autoFocus />
      {error ? <ErrorState title={words.refundFailed} error={error} /> : null}
      <div className={css.actions}>
        <Action type="submit" look="primary" disabled={propose.isPending}>
          {words.refundButton(money({ amount: amount || refundable.amount, currency }))}
        </Action>
        <Action look="plain" combo="Esc" onClick={onClose}>
          {text.common.cancel}
        </Action>
      </div>
    </form>
  );
}
