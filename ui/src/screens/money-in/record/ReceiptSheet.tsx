import type { ReceiptPaper } from "../../../api/bindings";
import { Money } from "../../../shared/Money";
import { Paper, PaperBlock, PaperHead, PaperTable } from "../../../shared/Paper";
import { text } from "../../../shared/text";
import { When } from "../../../shared/When";
import css from "./Record.module.css";

const words = text.moneyIn.record;

/** The receipt as it will be printed. */
export function ReceiptSheet({ paper }: { paper: ReceiptPaper }) {
  return (
    <Paper label={words.paper}>
      <PaperHead from={paper.company} lines={paper.company_lines} kind={words.receiptWord} facts={[paper.number, <When key="date" at={paper.date} as="long" />]} />
      <div className={css.block}>
        <PaperBlock label={words.receivedFrom} strong={paper.received_from} lines={paper.customer_lines} />
      </div>
      <div className={css.amount}>
        <Money value={paper.amount} />
      </div>
      <p className={css.fine}>{paper.amount_words}</p>
      <PaperTable
        columns={[words.for, text.moneyIn.invoices.amount]}
        rows={paper.lines.map((line) => [line.text, <Money key="amount" value={line.amount} unit={false} />])}
        total={[words.totalReceived(paper.amount.currency), <Money key="total" value={paper.amount} unit={false} />]}
      />
      <div className={css.foot}>
        {paper.after ? <p>{paper.after}</p> : null}
        <p>{paper.thanks}</p>
      </div>
    </Paper>
  );
}
