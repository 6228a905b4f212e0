import { useMemo, useState } from "react";
import type { Batch, BatchItem } from "../../api/bindings";
import type { ApiError } from "../../api/client";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { Body, useFolded } from "../../shared/Body";
import { useKeys } from "../../shared/keys/useKeys";
import { Money, useMoneyText } from "../../shared/Money";
import { openRoute } from "../../shared/open";
import { navigate, routeHref } from "../../shared/route";
import { AttentionPanel, LoadingRows, Problem, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { TopBar } from "../../shared/TopBar";
import { useDecide } from "../../shared/Undo";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { When } from "../../shared/When";
import { Envelope } from "./Envelope";
import css from "./Payouts.module.css";

const words = text.payouts;

/** The exact list at the left, the envelope at the right. */
export function BatchPage({ id }: { id: string }) {
  const batch = useQueryApi("batch", { id });
  const [problem, setProblem] = useState<ApiError | null>(null);
  const reject = useDecide("batch_reject");
  const undo = useDecide("approval_undo");
  const proposed = batch.data?.state === "proposed";
  const leaving = batch.data?.leaving ?? null;
  const approve = () => void openRoute(`/confirm/${encodeURIComponent(id)}`).then(setProblem);
  const folded = useFolded();
  const money = useMoneyText();
  const back = () => navigate(routeHref("payouts", "batches"));
  useKeys("screen", [
    { keys: ["A"], label: words.approveKey, hint: true, enabled: proposed, run: approve },
    { keys: ["R"], label: words.rejectKey, hint: true, enabled: proposed, run: () => void reject.act({ id }) },
    { keys: ["U"], label: words.undoKey, hint: true, enabled: leaving !== null, run: () => leaving && void undo.act({ id: leaving.batch }) },
    { keys: ["Esc"], label: text.keys.back, hint: true, run: back },
  ]);
  return (
    <>
      <TopBar section="payouts">
        <Action look="plain" combo="Esc" onClick={back}>
          {words.all}
        </Action>
        {/* In a narrow window the envelope is folded away; its button must not be. */}
        {folded && proposed && batch.data ? (
          <Action look="primary" combo="A" onClick={approve}>
            {words.approve(money(batch.data.total))}
          </Action>
        ) : null}
      </TopBar>
      <Reply of={batch} title={text.states.notShown(words.batch)} loading={<LoadingRows rows={8} height={34} twoLine={false} />}>
        {(data) => (
          <Body
            side={332}
            railLabel={words.envelope}
            main={<List batch={data} />}
            rail={
              <div className={css.rail}>
                <Envelope
                  batch={data}
                  onApprove={approve}
                  undo={
                    <Action combo="U" disabled={undo.busy} onClick={() => leaving && void undo.act({ id: leaving.batch })}>
                      {text.common.undo}
                    </Action>
                  }
                />
                <Problem error={problem ?? reject.error ?? undo.error} />
                {proposed ? (
                  <Action look="plain" combo="R" disabled={reject.busy} onClick={() => void reject.act({ id })}>
                    {words.reject}
                  </Action>
                ) : null}
                <History batch={data} />
              </div>
            }
          />
        )}
      </Reply>
    </>
  );
}

function columns(batch: Batch): Column<BatchItem>[] {
  const mixed = batch.state !== "proposed";
  return [
    { key: "payee", header: words.payee, tone: "name", wrap: true, cell: (row) => row.payee, sum: words.sum(batch.items.length) },
    { key: "text", header: words.what, tone: "secondary", wrap: true, cell: (row) => row.text },
    { key: "to", header: words.destination, tone: "secondary", wrap: true, cell: (row) => row.destination },
    ...(mixed ? [{ key: "state", header: words.state, width: 110, tone: "secondary" as const, cell: (row: BatchItem) => words.states[row.state] ?? row.state }] : []),
    { key: "amount", header: words.toBePaid, width: 132, align: "right", tone: "strong", cell: (row) => <Money value={row.amount} unit={false} />, sum: <Money value={batch.total} unit={false} strong /> },
  ];
}

function List({ batch }: { batch: Batch }) {
  const [selected, setSelected] = useState<number | null>(null);
  const keys = useMemo(() => batch.items.map((_, index) => index), [batch.items]);
  const spec = useMemo(() => columns(batch), [batch]);
  return (
    <div className={css.page}>
      <div className={css.head}>
        <h1>{batch.title}</h1>
        <span className="sec">{words.expires} <When at={batch.expires_at} /></span>
      </div>
      {batch.held.length > 0 ? (
        <div className={css.held}>
          <AttentionPanel>
            <h3>{words.held(batch.held.length)}</h3>
            <ul>
              {batch.held.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </AttentionPanel>
        </div>
      ) : null}
      <VirtualTable label={words.list} noun={words.payeeNoun} columns={spec} keys={keys} row={(key) => batch.items[key]} height={34} selected={selected} onSelect={setSelected} sum />
    </div>
  );
}

function History({ batch }: { batch: Batch }) {
  if (batch.history.length === 0) return null;
  return (
    <section className={css.history} aria-label={words.history}>
      <h2>{words.history}</h2>
      <ul>
        {batch.history.map((line, index) => (
          <li key={index}>
            <span className="sec">
              <When at={line.at} />
            </span>
            <span>{line.text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
