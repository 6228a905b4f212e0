import type { InvoiceDetail } from "../../../api/bindings";
import { isZero } from "../../../shared/format/money";
import { Money } from "../../../shared/Money";
import { Paper, PaperBlock, PaperHead, PaperTable } from "../../../shared/Paper";
import { text } from "../../../shared/text";
import { When } from "../../../shared/When";
import css from "../Lists.module.css";

const words = text.moneyIn.invoices;

/** The invoice as it is printed; always white. */
export function InvoiceSheet({ invoice }: { invoice: InvoiceDetail }) {
  const { row } = invoice;
  const [name, ...address] = invoice.customer_lines;
  const taxed = !isZero(invoice.tax);
  const rows = invoice.lines.map((line) => [line.text, String(line.quantity), <Money key="price" value={line.price} unit={false} />, <Money key="amount" value={line.amount} unit={false} />]);
  if (taxed) {
    rows.push([words.net, "", "", <Money key="net" value={invoice.net} unit={false} />]);
    rows.push([words.tax, "", "", <Money key="tax" value={invoice.tax} unit={false} />]);
  }
  return (
    <Paper label={`${words.paper} ${row.state === "draft" ? words.draft : row.number}`}>
      <PaperHead from={invoice.company} lines={invoice.company_lines} kind={words.paper} facts={[row.state === "draft" ? words.draft : row.number]} />
      <div className={css.paperFacts}>
        <PaperBlock label={words.billTo} strong={name} lines={address} />
        <PaperBlock label={words.issuedLabel} strong={<When at={row.issued} as="long" />} lines={[]} />
        <PaperBlock label={words.dueLabel} strong={<When at={row.due} as="long" />} lines={[]} />
      </div>
      <PaperTable
        columns={[words.item, words.quantity, words.price, words.amount]}
        rows={rows}
        total={[words.totalDue(row.total.currency), <Money key="total" value={row.total} unit={false} />]}
      />
      {invoice.instructions.length > 0 ? (
        <>
          <dl className={css.pay} aria-label={words.pay}>
            {invoice.instructions.map((fact) => (
              <div key={fact.label} style={{ display: "contents" }}>
                <dt>{fact.label}</dt>
                <dd>{fact.value}</dd>
              </div>
            ))}
          </dl>
        </>
      ) : null}
    </Paper>
  );
}
