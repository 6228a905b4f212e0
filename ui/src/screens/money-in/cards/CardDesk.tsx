import { Select } from "@mantine/core";
import { useState } from "react";
import type { ChargeRow } from "../../../api/bindings";
import { useQueryApi } from "../../../api/hooks";
import { Action } from "../../../shared/Action";
import { FactList } from "../../../shared/Facts";
import { isNegative } from "../../../shared/format/money";
import { useKeys } from "../../../shared/keys/useKeys";
import { Money, useMoneyText } from "../../../shared/Money";
import { routeHref } from "../../../shared/route";
import { Segments } from "../../../shared/Segments";
import { Problem } from "../../../shared/States";
import { text } from "../../../shared/text";
import { useDecide } from "../../../shared/Undo";
import { useSearch } from "../../../shared/useSearch";
import { When } from "../../../shared/When";
import { CustomerField } from "../CustomerField";
import css from "../Lists.module.css";
import { CardRefund } from "./CardRefund";

const words = text.moneyIn.cards;
const TYPING_MS = 150;

type Way = "invoice" | "credit" | "category";

/** One payment: what is known of it, and three ways to close it with one button. */
export function CardDesk({ row }: { row: ChargeRow }) {
  const out = isNegative(row.amount);
  const [way, setWay] = useState<Way>(out ? "category" : row.open.length > 0 || row.customer_id === null ? "invoice" : "credit");
  return (
    <>
      <h1>{row.is_charge ? words.title(row.title) : words.movementTitle(row.title)}</h1>
      <div className={css.facts}>
        <FactList
          facts={[
            { key: "amount", label: words.amount, value: <Money value={row.amount} strong /> },
            ...(row.on ? [{ key: "on", label: words.on, value: <When at={row.on} as="date" /> }] : []),
            ...(row.customer_id !== null ? [{ key: "customer", label: words.customer, value: <a href={routeHref("customers", row.customer_id)}>{row.customer_name}</a> }] : []),
            ...(row.text ? [{ key: "text", label: words.what, value: row.text }] : []),
            { key: "id", label: words.id, value: <span className="mono">{row.id}</span> },
            ...(row.entry !== null ? [{ key: "entry", label: text.ledger.entry, value: <a href={routeHref("ledger", "journal", String(row.entry))}>{row.entry}</a> }] : []),
          ]}
        />
      </div>
      <section className={css.section} aria-label={words.whatIsIt}>
        <h2>{words.whatIsIt}</h2>
        {out ? null : (
          <Segments
            label={words.whatIsIt}
            value={way}
            onChange={setWay}
            options={[
              { value: "invoice", label: words.ways.invoice },
              { value: "credit", label: words.ways.credit },
              { value: "category", label: words.ways.category },
            ]}
          />
        )}
        <div className={css.refund}>
          {way === "invoice" ? <Invoice row={row} /> : null}
          {way === "credit" ? <Credit row={row} /> : null}
          {way === "category" ? <Category row={row} /> : null}
        </div>
      </section>
      <CardRefund card={row} />
    </>
  );
}

/** The one button, and what went wrong with it. */
function Decide({ row, to, target, label }: { row: ChargeRow; to: Way; target: string | null; label: string }) {
  const resolve = useDecide("charge_resolve");
  const act = () => {
    if (target !== null && !resolve.busy) void resolve.act({ id: row.id, to, target });
  };
  useKeys("screen", [{ keys: ["A"], label: words.decideKey, hint: target !== null, enabled: target !== null, run: act }]);
  return (
    <>
      <Problem error={resolve.error} />
      <div className={css.actions}>
        {target === null ? (
          <span className="sec">{words.missing[to]}</span>
        ) : (
          <Action look="primary" combo="A" disabled={resolve.busy} onClick={act}>
            {label}
          </Action>
        )}
      </div>
    </>
  );
}

function Invoice({ row }: { row: ChargeRow }) {
  const money = useMoneyText();
  const [number, setNumber] = useState<string | null>(row.open[0]?.number ?? null);
  const [typed, setTyped] = useState("");
  const { of: found } = useSearch("find_invoices", typed, TYPING_MS);
  const shown = [...row.open, ...(found.data?.invoices ?? []).filter((invoice) => !row.open.some((open) => open.id === invoice.id))];
  const data = shown.map((invoice) => ({ value: invoice.number, label: words.invoiceOption(invoice.number, invoice.customer, money(invoice.open)) }));
  return (
    <>
      <Select
        label={words.invoice}
        placeholder={words.invoiceHint}
        data={number !== null && !data.some((option) => option.value === number) ? [{ value: number, label: number }, ...data] : data}
        value={number}
        onChange={setNumber}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        filter={({ options }) => options}
        nothingFoundMessage={words.invoiceNone}
        maxDropdownHeight={260}
        error={found.error?.message}
      />
      <p className="small sec">{words.invoiceRest}</p>
      <Decide row={row} to="invoice" target={number} label={words.payInvoice(money(row.amount), number ?? "")} />
    </>
  );
}

function Credit({ row }: { row: ChargeRow }) {
  const money = useMoneyText();
  const [customer, setCustomer] = useState({ id: row.customer_id ?? "", name: row.customer_name });
  return (
    <>
      <CustomerField label={words.customer} placeholder={words.customerHint} nothing={words.customerNone} value={customer.id} name={customer.name} onChange={(chosen) => setCustomer({ id: chosen?.id ?? "", name: chosen?.name ?? "" })} />
      <Decide row={row} to="credit" target={customer.id === "" ? null : customer.id} label={words.keepCredit(money(row.amount), customer.name)} />
    </>
  );
}

function Category({ row }: { row: ChargeRow }) {
  const money = useMoneyText();
  const categories = useQueryApi("categories", {});
  const [account, setAccount] = useState<string | null>(null);
  return (
    <>
      <Select label={words.category} placeholder={words.categoryHint} data={categories.data?.accounts ?? []} value={account} onChange={setAccount} searchable maxDropdownHeight={260} error={categories.error?.message} />
      <Decide row={row} to="category" target={account} label={words.file(money(row.amount, "none"), account ?? "")} />
    </>
  );
}
