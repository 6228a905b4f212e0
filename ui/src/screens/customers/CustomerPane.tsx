import { useState } from "react";
import type { CustomerDetail } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { FactList } from "../../shared/Facts";
import { Money } from "../../shared/Money";
import { navigate, routeHref } from "../../shared/route";
import { LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { When } from "../../shared/When";
import css from "../money-in/Lists.module.css";
import own from "./Customers.module.css";
import { CustomerForm } from "./CustomerForm";

const words = text.moneyIn.customers;
/** Events shown at first, and how many more each time. */
const EVENTS = 60;
const EARLIER = 200;

/** One customer by its id: address, what is open, what came, what happened. */
export function CustomerPane({ id }: { id: string }) {
  const [events, setEvents] = useState(EVENTS);
  const customer = useQueryApi("customer", { id, events });
  const [changing, setChanging] = useState(false);
  return (
    <Reply of={customer} title={text.states.notShown(words.detail)} loading={<LoadingRows rows={6} height={36} />}>
      {(data) =>
        changing ? (
          <CustomerForm known={data} onClose={() => setChanging(false)} onSaved={() => setChanging(false)} />
        ) : (
          <Opened customer={data} onChange={() => setChanging(true)} onEarlier={() => setEvents(events + EARLIER)} />
        )
      }
    </Reply>
  );
}

function Opened({ customer, onChange, onEarlier }: { customer: CustomerDetail; onChange: () => void; onEarlier: () => void }) {
  const { row, address, country, names, open, payments, subscriptions, events } = customer;
  const lines = [address, country].filter((line) => line !== "").join("\n");
  return (
    <>
      <div className={own.head}>
        <h1>{row.name}</h1>
        <Action onClick={onChange}>{words.edit}</Action>
      </div>
      <div className={css.facts}>
        <FactList
          facts={[
            ...(row.email ? [{ key: "email", label: words.email, value: row.email }] : []),
            ...(lines ? [{ key: "address", label: words.address, value: <span className={own.address}>{lines}</span> }] : []),
            ...names.map((name) => ({ key: `as ${name}`, label: words.names, value: <span className="mono">{name}</span> })),
            { key: "open", label: words.open, value: <Money value={row.open} strong /> },
            { key: "credit", label: words.credit, value: <Money value={row.credit} /> },
          ]}
        />
      </div>
      <section className={css.section} aria-label={words.openTitle}>
        <h2>{words.openTitle}</h2>
        {open.length === 0 ? <p className="sec">{words.openNone}</p> : null}
        <ul className={own.rows}>
          {open.map((invoice) => (
            <li key={invoice.id}>
              <a href={routeHref("money-in", "invoices", invoice.number)}>{invoice.number}</a>
              {invoice.days_overdue > 0 ? (
                <span className="small att">{words.overdue(invoice.days_overdue)}</span>
              ) : (
                <span className="small sec">
                  {words.due} <When at={invoice.due} as="date" />
                </span>
              )}
              <Money value={invoice.open} />
            </li>
          ))}
        </ul>
      </section>
      {payments.length > 0 ? (
        <section className={css.section} aria-label={words.paymentsTitle}>
          <h2>{words.paymentsTitle}</h2>
          <ul className={own.rows}>
            {payments.map((payment) => (
              <li key={payment.key}>
                <a href={routeHref("money-in", "payments", payment.number)}>{payment.number}</a>
                <span className="small sec">
                  <When at={payment.received_on} as="date" />
                </span>
                <Money value={payment.amount} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <div className={css.actions}>
        <Action onClick={() => navigate(routeHref("money-in", "invoices", null, { text: row.name }))}>{words.invoices}</Action>
        <Action onClick={() => navigate(routeHref("money-in", "payments", null, { text: row.name }))}>{words.payments}</Action>
      </div>
      {subscriptions.length > 0 ? (
        <section className={css.section} aria-label={words.subscriptions}>
          <h2>{words.subscriptions}</h2>
          <ul className={own.rows}>
            {subscriptions.map((part) => (
              <li key={`${part.subscription} ${part.price}`}>
                <span>{part.plan}</span>
                <span className="small sec">{part.left_out ?? ""}</span>
                {part.left_out === null ? <Money value={part.amount} /> : <span />}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <section className={css.section} aria-label={words.history}>
        <h2>{words.history}</h2>
        {events.length === 0 ? <p className="sec">{words.historyNone}</p> : null}
        <ul className={`small ${own.events}`}>
          {events.map((event, index) => (
            <li key={index}>
              <span className="sec">
                <When at={event.at} as="date" />
              </span>
              {event.route === "" ? <span>{event.text}</span> : <a href={`#${event.route}`}>{event.text}</a>}
              {event.amount ? <Money value={event.amount} sign={UNSIGNED.includes(event.kind) ? "none" : "movement"} /> : null}
            </li>
          ))}
        </ul>
        {customer.more_events ? (
          <div className={css.actions}>
            <Action onClick={onEarlier}>{words.earlier}</Action>
          </div>
        ) : null}
      </section>
    </>
  );
}

/** What is asked for or moves inside the books is no money that comes or goes. */
const UNSIGNED = ["invoice", "credit"];
