import { useQueryApi } from "../../api/hooks";
import { routeHref } from "../../shared/route";
import { text } from "../../shared/text";
import css from "./Jobs.module.css";

const words = text.jobs.counters;

/** What goes on around the jobs, in words; what there is none of is not said. Each opens where it stands. */
export function Counters() {
  const counters = useQueryApi("counters", {});
  const data = counters.data;
  if (!data) return null;
  const all = [
    { count: data.failed_payments ?? 0, say: words.failed, href: routeHref("reports", "revenue", null, { show: "subscriptions" }) },
    { count: data.payouts_proposed, say: words.proposed, href: routeHref("payouts", "batches") },
    { count: data.payouts_underway, say: words.underway, href: routeHref("ledger", "tie-out", null, { show: "payouts" }) },
    { count: data.cards_waiting, say: words.cards, href: routeHref("money-in", "cards") },
    { count: data.outbox_waiting, say: words.outbox, href: routeHref("automations", "outbox") },
  ].filter((each) => each.count > 0);
  if (all.length === 0) return null;
  return (
    <ul className={`small ${css.counters}`} aria-label={words.label}>
      {all.map((each) => (
        <li key={each.href}>
          <a href={each.href}>{each.say(each.count)}</a>
        </li>
      ))}
    </ul>
  );
}
