import { useState } from "react";
import type { PaymentDetail } from "../../../api/bindings";
import { asApiError, type ApiError } from "../../../api/client";
import { useQueryApi } from "../../../api/hooks";
import { shell } from "../../../api/shell";
import { Action } from "../../../shared/Action";
import { FactList } from "../../../shared/Facts";
import { isZero } from "../../../shared/format/money";
import { useKeys } from "../../../shared/keys/useKeys";
import { Money } from "../../../shared/Money";
import { ErrorState, LoadingRows, Problem, Reply } from "../../../shared/States";
import { text } from "../../../shared/text";
import { useDecide } from "../../../shared/Undo";
import { When } from "../../../shared/When";
import { EntryLinks, History } from "../History";
import css from "../Lists.module.css";
import { RefundForm } from "../RefundForm";

const words = text.moneyIn.payments;

/** One payment: what it paid, receipt, proof, history, and what can still be done with it. */
export function PaymentPane({ number }: { number: string }) {
  const payment = useQueryApi("payment", { number }, { keep: false });
  return (
    <Reply of={payment} title={text.states.notShown(number)} loading={<LoadingRows rows={5} height={36} />}>
      {(data) => <Opened payment={data} />}
    </Reply>
  );
}

function Opened({ payment }: { payment: PaymentDetail }) {
  const { row } = payment;
  const [refunding, setRefunding] = useState(false);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const undo = useDecide("undo");
  const deposit = useDecide("payment_deposit");
  const cash = row.method === "cash" && row.state === "undeposited";
  const accounts = useQueryApi("accounts", {}, { enabled: cash });
  const boxes = cash ? (accounts.data ?? []).filter((account) => account.kind === "cash" && account.currency === row.amount.currency) : [];
  const canRefund = !isZero(payment.refundable) && row.state !== "undone";
  const receipt = () => {
    setProblem(null);
    if (payment.receipt_path) shell().openPath(payment.receipt_path).catch((raw: unknown) => setProblem(asApiError(raw)));
  };
  const takeBack = () => payment.undo !== null && void undo.act({ id: payment.undo });
  useKeys("screen", [
    { keys: ["P"], label: words.receiptKey, hint: payment.receipt_path !== null, enabled: payment.receipt_path !== null, run: receipt },
    { keys: ["R"], label: words.refundKey, hint: canRefund, enabled: canRefund, run: () => setRefunding(true) },
    { keys: ["U"], label: words.undoKey, hint: payment.undo !== null, enabled: payment.undo !== null, run: takeBack },
  ]);
  return (
    <>
      <div className={css.head}>
        <h1>{row.number}</h1>
        <span className="h2">
          <Money value={row.amount} strong />
        </span>
      </div>
      <p className="sec">{row.customer}</p>
      <div className={css.facts}>
        <FactList
          facts={[
            { label: words.facts.how, value: words.methods[row.method] ?? row.method },
            ...(row.reference ? [{ label: words.facts.reference, value: row.reference }] : []),
            { label: words.facts.received, value: <When at={row.received_on} as="date" /> },
            { label: words.facts.state, value: words.words[row.state] ?? row.state },
            ...(payment.note ? [{ label: words.facts.note, value: payment.note }] : []),
            ...(payment.proof ? [{ label: words.facts.proof, value: `${payment.proof.label}, ${payment.proof.value}` }] : []),
            { label: words.facts.refundable, value: <Money value={payment.refundable} /> },
            ...(payment.entries.length > 0 ? [{ label: words.facts.entries, value: <EntryLinks entries={payment.entries} /> }] : []),
          ]}
        />
      </div>
      <section className={css.section} aria-label={words.paid}>
        <h2>{words.paid}</h2>
        <FactList facts={payment.allocations.map((line, index) => ({ key: `${index}`, label: line.text, value: <Money value={line.amount} /> }))} />
      </section>
      <div className={css.actions}>
        {payment.receipt_path ? (
          <Action combo="P" onClick={receipt}>
            {words.receipt}
          </Action>
        ) : null}
        {boxes.map((account) => (
          <Action key={account.name} disabled={deposit.busy} onClick={() => void deposit.act({ payment: row.number, account: account.name })}>
            {words.depositInto(account.name)}
          </Action>
        ))}
        {canRefund ? (
          <Action combo="R" aria-expanded={refunding} onClick={() => setRefunding(!refunding)}>
            {words.refund}
          </Action>
        ) : null}
        {payment.undo !== null ? (
          <Action look="plain" combo="U" disabled={undo.busy} onClick={takeBack}>
            {words.undo}
          </Action>
        ) : null}
      </div>
      {problem ? <ErrorState title={words.receiptFailed} error={problem} /> : null}
      <Problem error={undo.error ?? deposit.error ?? accounts.error} />
      {refunding && canRefund ? <RefundForm payment={row.number} refundable={payment.refundable} onClose={() => setRefunding(false)} /> : null}
      <History title={words.history} lines={payment.history} />
    </>
  );
}
