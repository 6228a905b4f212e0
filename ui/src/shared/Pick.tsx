import { Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import css from "./Pick.module.css";

/** One of a few, in a menu under what is chosen. */
export function Pick({ label, items, onPick }: { label: string; items: { id: string; label: string }[]; onPick: (id: string) => void }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={css.pick}>
          {label}
          <IconChevronDown size={14} stroke={1.8} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={css.menu}>
        {items.map((item) => (
          <Menu.Item key={item.id} onClick={() => onPick(item.id)}>
            {item.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
