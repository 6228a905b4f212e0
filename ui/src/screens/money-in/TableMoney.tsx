import type { Amount } from "../../api/bindings";
import { useFormat } from "../../shared/company";
import { Money } from "../../shared/Money";

/** An amount in a column: bare in the company's currency, with its code in any other. */
export function TableMoney({ value, tone }: { value: Amount; tone?: "plain" | "secondary" }) {
  const { currency } = useFormat();
  return <Money value={value} unit={value.currency !== currency} tone={tone} />;
}
