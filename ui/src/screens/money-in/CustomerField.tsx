import { Select } from "@mantine/core";
import { useState } from "react";
import type { CustomerRow } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { useDelayed } from "../../shared/useDelayed";

const TYPING_MS = 120;

/** Who it is: typed by name, chosen from what the books know. */
export function CustomerField({ label, placeholder, nothing, value, name, error, autoFocus, onChange, onBlur }: {
  label: string;
  placeholder: string;
  nothing: string;
  /** The customer's id; empty for none. */
  value: string;
  /** What it is called, where the form knows it before the list does. */
  name: string;
  error?: string;
  autoFocus?: boolean;
  onChange: (customer: CustomerRow | null) => void;
  onBlur?: () => void;
}) {
  const [typed, setTyped] = useState("");
  // The name of the chosen one is no search: everybody is offered again.
  const asked = useDelayed(typed === name ? "" : typed.trim(), TYPING_MS);
  const found = useQueryApi("customers", { text: asked });
  const rows = found.data?.customers ?? [];
  const options = rows.map((row) => ({ value: row.id, label: row.name }));
  const data = value !== "" && !options.some((option) => option.value === value) ? [{ value, label: name || value }, ...options] : options;
  return (
    <Select
      label={label}
      placeholder={placeholder}
      data={data}
      value={value === "" ? null : value}
      searchable
      openOnFocus={false}
      searchValue={typed}
      onSearchChange={setTyped}
      // The engine searched already.
      filter={({ options: all }) => all}
      nothingFoundMessage={nothing}
      error={error ?? found.error?.message}
      autoFocus={autoFocus}
      maxDropdownHeight={260}
      withCheckIcon={false}
      onBlur={onBlur}
      onChange={(id) => onChange(rows.find((row) => row.id === id) ?? null)}
    />
  );
}
