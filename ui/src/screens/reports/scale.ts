import type { RecurringFlow } from "../../api/bindings";

/** A column of the picture: amounts become heights here and nothing else. */
export interface WaterfallColumn {
  low: number;
  high: number;
  /** Where the next column begins. */
  end: number;
  /** It stands on the axis. */
  whole: boolean;
  falls: boolean;
  tone: "sum" | "more" | "less";
}

/** The beginning, each movement, the end. */
export function columnsOf(flow: RecurringFlow): WaterfallColumn[] {
  const whole = (amount: string): WaterfallColumn => ({ low: 0, high: Number(amount), end: Number(amount), whole: true, falls: false, tone: "sum" });
  const steps = flow.steps.map((step): WaterfallColumn => {
    const [from, to] = [Number(step.from.amount), Number(step.to.amount)];
    return { low: Math.min(from, to), high: Math.max(from, to), end: to, whole: false, falls: to < from, tone: to < from ? "less" : "more" };
  });
  return [whole(flow.start.amount), ...steps, whole(flow.end.amount)];
}

/** Where the axis begins: at zero, unless what moved would be too small to be seen beside the whole. */
export function cutOf(columns: readonly WaterfallColumn[]): number {
  const low = Math.min(...columns.map((column) => (column.whole ? column.high : column.low)));
  const high = Math.max(...columns.map((column) => column.high));
  const span = high - low;
  if (span <= 0 || low <= 0 || span > high / 3) return 0;
  const unit = 10 ** Math.floor(Math.log10(span));
  return Math.max(0, Math.floor((low - span / 4) / unit) * unit);
}

/** Four or five round heights; the labels are short, as nowhere else. */
export function ticksOf(cut: number, top: number): { value: number; label: string }[] {
  const span = top - cut;
  const raw = span / 4;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((each) => each >= raw) ?? unit;
  const ticks = [];
  for (let value = Math.ceil(cut / step) * step; value <= top; value += step) {
    if (value > cut) ticks.push({ value, label: value >= 1_000 ? `${Number((value / 1_000).toFixed(2))}k` : String(Number(value.toFixed(2))) });
  }
  return ticks;
}
