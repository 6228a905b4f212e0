import { useState } from "react";
import type { CardPayment } from "../../../api/bindings";
import { Action } from "../../../shared/Action";
import { isZero } from "../../../shared/format/money";
import { useKeys } from "../../../shared/keys/useKeys";
import { text } from "../../../shared/text";
import css from "../Lists.module.css";
import { RefundForm } from "../RefundForm";

/** Gives a card payment back by its provider, where something of it is left. `R` opens the form of the only one. */
export function CardRefund({ card, only = true }: { card: CardPayment; only?: boolean }) {
  const [open, setOpen] = useState(false);
  const can = !isZero(card.refundable);
  useKeys("screen", [{ keys: ["R"], label: text.moneyIn.payments.refundKey, hint: can && only, enabled: can && only, run: () => setOpen(true) }]);
  if (!can) return null;
  if (open) return <RefundForm payment={card.id} refundable={card.refundable} onClose={() => setOpen(false)} />;
  return (
    <div className={css.actions}>
      <Action {...(only ? { combo: "R" } : {})} onClick={() => setOpen(true)}>
        {only ? text.moneyIn.cards.refund : text.moneyIn.cards.refundOf(card.id)}
      </Action>
    </div>
  );
}
