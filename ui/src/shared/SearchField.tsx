import { IconSearch } from "@tabler/icons-react";
import { useRef } from "react";
import { Key } from "./Key";
import { useKeys } from "./keys/useKeys";
import css from "./SearchField.module.css";
import { text } from "./text";

/** The filter of a list: `/` goes there, Escape empties it and goes back. */
export function SearchField({ label, placeholder, value, onChange, icon }: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  icon?: React.ReactNode;
}) {
  const input = useRef<HTMLInputElement>(null);
  useKeys("screen", [{ keys: ["/"], label: text.keys.filter, hint: true, run: () => input.current?.focus() }]);
  return (
    <div className={css.field}>
      <span className={css.icon} aria-hidden="true">
        {icon ?? <IconSearch size={15} stroke={1.8} />}
      </span>
      <input
        ref={input}
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={placeholder}
        value={value}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        className={css.input}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          event.preventDefault();
          if (value) onChange("");
          else event.currentTarget.blur();
        }}
      />
      <Key combo={value ? "Esc" : "/"} />
    </div>
  );
}
