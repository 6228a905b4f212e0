import type { RecurringFlow } from "../../api/bindings";
import { useClock } from "../../shared/company";
import type { MoneyValue } from "../../shared/format/money";
import { dateText } from "../../shared/format/time";
import { useMoneyText } from "../../shared/Money";
import { text } from "../../shared/text";
import css from "./Reports.module.css";
import { columnsOf, cutOf, ticksOf } from "./scale";

const words = text.reports;
const WIDTH = 860;
const HEIGHT = 250;
const LEFT = 52;
const TOP = 26;
const BOTTOM = 28;
const BAR = 60;

/** From the beginning to the end, one column a kind of movement. Where the axis is cut it is drawn cut, and said so. */
export function Waterfall({ flow, from, to }: { flow: RecurringFlow; from: string; to: string }) {
  const clock = useClock();
  const money = useMoneyText();
  const columns = columnsOf(flow);
  const cut = cutOf(columns);
  const top = Math.max(...columns.map((column) => column.high), 1);
  const y = (value: number) => TOP + ((top - value) / (top - cut || 1)) * (HEIGHT - TOP - BOTTOM);
  const step = (WIDTH - LEFT) / columns.length;
  const x = (index: number) => LEFT + index * step + (step - BAR) / 2;
  const names = [dateText(from, clock), ...flow.steps.map((each) => words.kinds[each.kind] ?? each.kind), dateText(to, clock)];
  const amounts: string[] = [money(flow.start), ...flow.steps.map((each) => money(each.amount, "movement")), money(flow.end)];
  const steps = flow.steps.map((each) => `${words.kinds[each.kind] ?? each.kind} ${money(each.amount, "movement")}`).join(", ");
  return (
    <figure className={css.waterfall}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.waterfall(money(flow.start), money(flow.end), steps || words.noSteps)}>
        {ticksOf(cut, top).map((tick) => (
          <g key={tick.value}>
            <line className={css.grid} x1={LEFT} x2={WIDTH} y1={y(tick.value)} y2={y(tick.value)} />
            <text className={css.tick} x={LEFT - 10} y={y(tick.value) + 4} textAnchor="end">{tick.label}</text>
          </g>
        ))}
        {columns.map((column, index) => {
          const bottom = column.whole ? HEIGHT - BOTTOM : y(column.low);
          const up = y(column.high);
          const next = columns[index + 1];
          return (
            <g key={names[index]}>
              <rect className={css[column.tone]} x={x(index)} y={up} width={BAR} height={Math.max(2, bottom - up)} rx={2} />
              {column.whole && cut > 0 ? <path className={css.torn} d={torn(x(index), HEIGHT - BOTTOM - 10)} /> : null}
              {next ? <line className={css.join} x1={x(index) + BAR} x2={x(index + 1)} y1={y(column.end)} y2={y(column.end)} /> : null}
              <text className={css.amount} x={x(index) + BAR / 2} y={column.falls ? bottom + 14 : up - 7} textAnchor="middle">{amounts[index]}</text>
              <text className={css.name} x={x(index) + BAR / 2} y={HEIGHT - 8} textAnchor="middle">{names[index]}</text>
            </g>
          );
        })}
        <line className={css.axis} x1={LEFT} x2={WIDTH} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
      </svg>
      {cut > 0 ? <figcaption className="small ter">{words.cut(money(amountOf(cut, flow.start)))}</figcaption> : null}
    </figure>
  );
}

/** The axis begins at a whole number, so that its text needs no rounding. */
function amountOf(value: number, like: MoneyValue): MoneyValue {
  return { amount: String(value), currency: like.currency };
}

/** A torn edge over the foot of a column. */
function torn(x: number, y: number): string {
  const teeth = Array.from({ length: 6 }, (_, index) => `L${x + (index + 0.5) * 10} ${y - 5} L${x + (index + 1) * 10} ${y}`).join(" ");
  return `M${x} ${y} ${teeth}`;
}
