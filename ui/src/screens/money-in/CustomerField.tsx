import { Combobox, InputBase, useCombobox } from "@mantine/core";
import { useEffect, useState } from "react";
import type { CustomerRow } from "../../api/bindings";
import { text } from "../../shared/text";
import { useSearch } from "../../shared/useSearch";

const TYPING_MS = 120;
/** As large as an option, so that nothing jumps when the answer comes. */
const MEANWHILE = { padding: "var(--combobox-option-padding)", fontSize: "var(--combobox-option-fz)" };

interface Props {
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
}

/**
 * Who it is: typed by name, chosen from what the books know. The form holds a customer only while its name stands in
 * the field; nobody is offered who does not fit what is typed now, and nobody is taken before the engine answered it.
 */
export function CustomerField({ label, placeholder, nothing, value, name, error, autoFocus, onChange, onBlur }: Props) {
  // Null while nobody is being looked for: the name of the chosen one stands there.
  const [words, setWords] = useState<string | null>(null);
  const { of, asked, answered } = useSearch("customers", words ?? "", TYPING_MS);
  const rows = of.data?.customers ?? [];
  const called = value === "" ? "" : name || (rows.find((row) => row.id === value)?.name ?? value);
  const typed = words ?? called;
  // Until the answer is there, what has these very words stays to be seen, but is no option.
  const meanwhile = answered || words === null ? [] : rows.filter((row) => row.name.toLowerCase().includes(words.trim().toLowerCase()));
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const offered = answered ? rows.map((row) => row.id).join(" ") : "";
  const unmark = box.resetSelectedOption;
  // A mark belongs to the list that it was set in.
  useEffect(() => unmark(), [unmark, offered]);

  const choose = (id: string) => {
    const row = answered ? rows.find((one) => one.id === id) : undefined;
    if (!row) return;
    setWords(null);
    onChange(row);
    box.closeDropdown();
  };
  const type = (next: string) => {
    setWords(next);
    box.resetSelectedOption();
    box.openDropdown();
    if (value !== "") onChange(null);
  };
  // Enter takes what is marked, or nothing: it never sends the form with words that name nobody.
  const waits = (event: React.KeyboardEvent) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const moves = event.key === "ArrowDown" || event.key === "ArrowUp";
    const takes = event.key === "Enter" && words !== null && box.getSelectedOptionIndex() < 0;
    if (!plain || !(takes || (!answered && (moves || event.key === "Enter")))) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Combobox store={box} onOptionSubmit={choose}>
      <div onKeyDownCapture={waits}>
        <Combobox.Target targetType="input" withExpandedAttribute autoComplete="off">
          <InputBase
            label={label}
            placeholder={placeholder}
            value={typed}
            maxLength={200}
            spellCheck={false}
            error={error ?? of.error?.message}
            autoFocus={autoFocus}
            rightSection={<Combobox.Chevron />}
            rightSectionPointerEvents="none"
            onChange={(event) => type(event.currentTarget.value)}
            onClick={() => box.openDropdown()}
            onBlur={() => {
              box.closeDropdown();
              onBlur?.();
            }}
          />
        </Combobox.Target>
      </div>
      <Combobox.Dropdown>
        <Combobox.Options mah={260} style={{ overflowY: "auto" }} aria-label={label}>
          {answered
            ? rows.map((row) => (
                <Combobox.Option key={row.id} value={row.id} active={row.id === value}>
                  {row.name}
                </Combobox.Option>
              ))
            : meanwhile.map((row) => (
                <div key={row.id} aria-hidden="true" className="sec" style={MEANWHILE}>
                  {row.name}
                </div>
              ))}
          {(answered ? rows : meanwhile).length === 0 ? <Combobox.Empty>{answered ? nothing : (of.error?.message ?? text.lists.looking(words ?? asked))}</Combobox.Empty> : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
