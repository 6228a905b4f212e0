import { Checkbox, MultiSelect, NativeSelect, NumberInput } from "@mantine/core";
import type { CsvMapping } from "../../../api/bindings";
import { text } from "../../../shared/text";
import css from "./Import.module.css";

const words = text.importing.mapping;

/** Which column is what. Every change reads the file again; nothing is booked yet. */
export function MappingForm({ mapping, columns, onChange }: { mapping: CsvMapping; columns: string[]; onChange: (mapping: CsvMapping) => void }) {
  const set = <K extends keyof CsvMapping>(name: K, value: CsvMapping[K]) => onChange({ ...mapping, [name]: value });
  const unique = [...new Set(columns)].filter(Boolean);
  if (unique.length === 0) return <p className="sec">{words.own}</p>;
  const column = (name: "date" | "amount" | "debit" | "credit" | "direction" | "currency" | "id", label: string) => (
    <NativeSelect label={label} value={mapping[name]} data={[{ value: "", label: words.none }, ...unique]} onChange={(event) => set(name, event.currentTarget.value)} />
  );
  return (
    <fieldset className={css.mapping}>
      <legend className="h2">{words.title}</legend>
      <div className={css.grid}>
        {column("date", words.date)}
        <NativeSelect label={words.dateOrder} value={mapping.date_order} data={words.dateOrders} onChange={(event) => set("date_order", event.currentTarget.value)} />
        {column("amount", words.amount)}
        <NativeSelect label={words.decimal} value={mapping.decimal} data={words.decimals} onChange={(event) => set("decimal", event.currentTarget.value)} />
        {mapping.amount === "" ? (
          <>
            {column("debit", words.debit)}
            {column("credit", words.credit)}
          </>
        ) : (
          column("direction", words.direction)
        )}
        {column("currency", words.currency)}
        {column("id", words.id)}
        <NumberInput label={words.skipLines} value={mapping.skip_lines} min={0} max={200} allowDecimal={false} onChange={(value) => typeof value === "number" && set("skip_lines", value)} />
      </div>
      <MultiSelect label={words.payer} value={mapping.payer.filter((name) => unique.includes(name))} data={unique} onChange={(names) => set("payer", names)} />
      <MultiSelect label={words.description} value={mapping.description.filter((name) => unique.includes(name))} data={unique} onChange={(names) => set("description", names)} />
      <Checkbox label={words.inverted} checked={mapping.inverted} onChange={(event) => set("inverted", event.currentTarget.checked)} />
    </fieldset>
  );
}
