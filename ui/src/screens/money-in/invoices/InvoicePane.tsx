import { Menu, Modal, TextInput } from "@mantine/core";
import { IconDots, IconPrinter } from "@tabler/icons-react";
import { useState } from "react";
import type { InvoiceDetail } from "../../../api/bindings";
import { ApiError, asApiError } from "../../../api/client";
import { useCommand, useQueryApi } from "../../../api/hooks";
import { shell } from "../../../api/shell";
import { Action } from "../../../shared/Action";
import { isZero } from "../../../shared/format/money";
import { useKeys } from "../../../shared/keys/useKeys";
import { Money, useMoneyText } from "../../../shared/Money";
import { navigate, routeHref } from "../../../shared/route";
import { ErrorState, LoadingRows, Problem, Reply } from "../../../shared/States";
import { text } from "../../../shared/text";
import { useDecide, useUndo } from "../../../shared/Undo";
import { When } from "../../../shared/When";
import { CardRefund } from "../cards/CardRefund";
import { EntryLinks, History } from "../History";
import css from "../Lists.module.css";
import { InvoiceSheet } from "./InvoiceSheet";

const words = text.moneyIn.invoices;

/** One invoice: number, what can be done, the paper, what happened. */
export function InvoicePane({ number }: { number: string }) {
  const invoice = useQueryApi("invoice", { number }, { keep: false });
  return (
    <Reply of={invoice} title={text.states.notShown(number)} loading={<LoadingRows rows={6} height={44} />}>
      {(data) => <Opened invoice={data} />}
    </Reply>
  );
}

function Opened({ invoice }: { invoice: InvoiceDetail }) {
  const { row } = invoice;
  const draft = row.state === "draft";
  const name = draft ? row.id : row.number;
  const voidable = !draft && row.state !== "void" && invoice.provider === "";
  const [problem, setProblem] = useState<ApiError | null>(null);
  const losable = !draft && row.state !== "void" && !isZero(row.open);
  const lost = row.state === "written_off";
  const [asked, setAsked] = useState<"void" | "lost" | null>(null);
  const pdf = useCommand("invoice_pdf");
  const issue = useCommand("invoice_issue");
  const tell = useDecide("invoice_tell_application");
  const reopen = useDecide("invoice_write_off_undo");
  const { show } = useUndo();
  const money = useMoneyText();

  const openPdf = () => {
    setProblem(null);
    if (pdf.isPending) return;
    pdf.mutate(
      { number: name },
      {
        onSuccess: (written) => {
          shell()
            .openPath(written.path)
            .catch((raw: unknown) => setProblem(asApiError(raw)));
        },
      },
    );
  };
  const issueIt = () => {
    if (issue.isPending) return;
    issue.mutate(
      { number: name },
      {
        onSuccess: (made) => {
          show(made.done);
          navigate(routeHref("money-in", "invoices", made.number), { replace: true });
        },
      },
    );
  };
  const copyText = (value: string, say: string, failed: string) => {
    setProblem(null);
    navigator.clipboard.writeText(value).then(
      () => show({ sequence: 0, say, undo: null }),
      (raw: unknown) => setProblem(new ApiError("clipboard", failed, raw instanceof Error ? raw.message : null)),
    );
  };
  const copy = () => copyText(invoice.reference, words.copied(invoice.reference), words.copyFailed);
  const hasReference = invoice.reference !== "";
  useKeys("screen", [
    { keys: ["I"], label: words.issueKey, hint: draft, enabled: draft, run: issueIt },
    { keys: ["Y"], label: words.copyKey, hint: hasReference, enabled: hasReference, run: copy },
    { keys: ["P"], label: words.pdf, hint: !draft, enabled: !draft, run: openPdf },
  ]);
  return (
    <>
      <div className={css.head}>
        <h1>{draft ? words.draft : row.number}</h1>
        {draft ? (
          <Action look="primary" combo="I" disabled={issue.isPending} onClick={issueIt}>
            {words.issueButton(money(row.total))}
          </Action>
        ) : (
          <Action icon={<IconPrinter size={15} stroke={1.7} />} combo="P" disabled={pdf.isPending} onClick={openPdf}>
            {words.pdf}
          </Action>
        )}
        {invoice.can_tell ? (
          <Action disabled={tell.busy} onClick={() => void tell.act({ number: row.number })}>
            {words.tell}
          </Action>
        ) : null}
        {voidable || losable || lost ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <Action look="plain" aria-label={words.more} icon={<IconDots size={16} stroke={1.8} />}>
                {words.more}
              </Action>
            </Menu.Target>
            <Menu.Dropdown>
              {losable ? <Menu.Item onClick={() => setAsked("lost")}>{words.writeOff}</Menu.Item> : null}
              {lost ? <Menu.Item onClick={() => void reopen.act({ number: row.number })}>{words.reopen}</Menu.Item> : null}
              {voidable ? <Menu.Item onClick={() => setAsked("void")}>{words.void}</Menu.Item> : null}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </div>
      <div className={css.line}>
        {isZero(row.open) ? (
          <span>{words.words[row.state] ?? row.state}</span>
        ) : (
          <span>
            <strong>
              {words.openAmount} <Money value={row.open} strong />
            </strong>
            , {words.dueOn} <When at={row.due} as="date" />
          </span>
        )}
        {invoice.provider ? <span>{words.issuedBy(invoice.provider)}</span> : null}
        {hasReference ? (
          <Action look="link" aria-keyshortcuts="Y" onClick={copy}>
            {words.reference} {invoice.reference}
          </Action>
        ) : null}
        {invoice.collection ? <span>{invoice.collection}</span> : null}
        {invoice.pay_page ? (
          <Action look="link" onClick={() => copyText(invoice.pay_page, words.pageCopied, words.pageCopyFailed)}>
            {words.payPage}
          </Action>
        ) : null}
        {invoice.entries.length > 0 ? (
          <span>
            {words.entries} <EntryLinks entries={invoice.entries} />
          </span>
        ) : null}
      </div>
      {pdf.error ? <ErrorState title={words.pdfFailed} error={pdf.error} /> : null}
      {reopen.error ? <ErrorState title={words.reopenFailed} error={reopen.error} /> : null}
      {tell.error ? <ErrorState title={words.tellFailed} error={tell.error} /> : null}
      <Problem error={issue.error ?? problem} />
      {invoice.cards.map((card) => (
        <CardRefund key={card.id} card={card} only={invoice.cards.length === 1} />
      ))}
      <InvoiceSheet invoice={invoice} />
      <History title={words.history} lines={invoice.history} />
      {asked === "void" ? <VoidDialog invoice={invoice} onClose={() => setAsked(null)} /> : null}
      {asked === "lost" ? <WriteOffDialog invoice={invoice} onClose={() => setAsked(null)} /> : null}
    </>
  );
}

/** Cannot be undone, so it names the thing; nothing is typed. */
function VoidDialog({ invoice, onClose }: { invoice: InvoiceDetail; onClose: () => void }) {
  const { row } = invoice;
  const money = useMoneyText();
  const cancel = useDecide("invoice_void");
  useKeys("window", [{ keys: ["Esc"], label: text.keys.back, whileTyping: true, run: onClose }]);
  const act = async () => {
    if (await cancel.act({ number: row.number })) onClose();
  };
  return (
    <Modal opened onClose={onClose} title={words.voidTitle(row.number)} size={480} closeButtonProps={{ "aria-label": text.common.close }}>
      <p>{words.voidBody(row.customer, money(row.total))}</p>
      {cancel.error ? <ErrorState title={words.voidFailed} error={cancel.error} /> : null}
      <div className={css.dialogActions}>
        <Action look="primary" disabled={cancel.busy} onClick={() => void act()}>
          {words.voidButton(row.number)}
        </Action>
        <Action onClick={onClose}>{text.common.cancel}</Action>
      </div>
    </Modal>
  );
}

/** The rest will not come: it becomes a bad debt, with its share of the tax. */
function WriteOffDialog({ invoice, onClose }: { invoice: InvoiceDetail; onClose: () => void }) {
  const { row } = invoice;
  const money = useMoneyText();
  const [reason, setReason] = useState("");
  const lose = useDecide("invoice_write_off");
  useKeys("window", [{ keys: ["Esc"], label: text.keys.back, whileTyping: true, run: onClose }]);
  const act = async () => {
    if (await lose.act({ number: row.number, reason })) onClose();
  };
  return (
    <Modal opened onClose={onClose} title={words.writeOffTitle(row.number)} size={480} closeButtonProps={{ "aria-label": text.common.close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <p>{words.writeOffBody(row.customer, money(row.open))}</p>
        <TextInput label={words.writeOffReason} value={reason} maxLength={200} autoComplete="off" data-autofocus onChange={(event) => setReason(event.currentTarget.value)} />
        {lose.error ? <ErrorState title={words.writeOffFailed} error={lose.error} /> : null}
        <div className={css.dialogActions}>
          <Action type="submit" look="primary" disabled={lose.busy}>
            {words.writeOffButton(money(row.open))}
          </Action>
          <Action onClick={onClose}>{text.common.cancel}</Action>
        </div>
      </form>
    </Modal>
  );
}
