import { IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Batch } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { FactList } from "../../shared/Facts";
import { Money, useMoneyText } from "../../shared/Money";
import { routeHref } from "../../shared/route";
import { Seal } from "../../shared/Seal";
import { AttentionPanel } from "../../shared/States";
import { text } from "../../shared/text";
import { Countdown } from "../../shared/Undo";
import { When } from "../../shared/When";
import css from "./Payouts.module.css";

const words = text.payouts;

/** What is approved, sealed. After approval the button's place becomes the countdown. */
export function Envelope({ batch, onApprove, undo }: { batch: Batch; onApprove: () => void; undo: ReactNode }) {
  const money = useMoneyText();
  const company = useQueryApi("company", {});
  return (
    <section className={css.envelope} aria-label={words.envelope}>
      <div className={css.top}>
        <p className={`small ${css.frozen}`}>
          <IconLock size={14} stroke={1.7} aria-hidden="true" />
          {batch.state === "proposed" ? words.frozen : (words.states[batch.state] ?? batch.state)} <When at={batch.frozen_at} />
        </p>
        <Money value={batch.total} figure />
        <p className="sec">{words.toPayees(batch.items.length, batch.rail)}</p>
      </div>
      <div className={css.middle}>
        <FactList
          facts={[
            { label: words.from, value: <a href={routeHref("ledger", "journal", null, { account: batch.source_account })}>{batch.source}</a> },
            { label: words.balance, value: <Money value={batch.balance} /> },
            { label: words.balanceAfter, value: <Money value={batch.balance_after} /> },
          ]}
        />
      </div>
      <div className={css.bottom}>
        <Seal digest={batch.digest} label={words.seal} />
        <p className="small sec">{words.sealMeaning}</p>
        {batch.void_reason ? (
          <AttentionPanel>
            <h3>{words.void}</h3>
            <p>{batch.void_reason}</p>
          </AttentionPanel>
        ) : null}
        {batch.leaving ? (
          <Countdown leaving={batch.leaving} total={company.data?.undo_seconds ?? batch.leaving.seconds_left} sentence={text.undo.closing} undo={undo} />
        ) : batch.state === "proposed" ? (
          <>
            <Action look="primary" size="tall" wide combo="A" onClick={onApprove}>
              {words.approve(money(batch.total))}
            </Action>
            <p className={`small sec ${css.after}`}>{company.data ? words.undoAfter(company.data.undo_seconds) : null}</p>
          </>
        ) : null}
      </div>
    </section>
  );
}
