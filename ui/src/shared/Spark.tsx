import css from "./Spark.module.css";

const WIDTH = 270;
const HEIGHT = 44;

/** Points of a line in a box; amounts become pixels here and nothing else. */
export function linePoints(amounts: readonly string[], width = WIDTH, height = HEIGHT): string {
  const values = amounts.map(Number);
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, index) => `${(index * step).toFixed(1)},${(height - 6 - ((value - low) / span) * (height - 14)).toFixed(1)}`).join(" ");
}

/** One quiet line; the sentence says what it shows. */
export function Spark({ amounts, label }: { amounts: readonly string[]; label: string }) {
  if (amounts.length < 2) return null;
  const points = linePoints(amounts);
  return (
    <svg className={css.spark} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <polygon points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} className={css.area} />
      <polyline points={points} className={css.line} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
