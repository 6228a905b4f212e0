import { IconArrowDownLeft, IconArrowUpRight, IconBook2, IconChartBar, IconRefresh, IconSearch, IconSettings, IconSun, IconUsers } from "@tabler/icons-react";
import type { ComponentType } from "react";
import { Key } from "../shared/Key";
import { ariaKeys } from "../shared/keys/combo";
import { routeHref, useRoute } from "../shared/route";
import { SECTIONS, type Section } from "../shared/sections";
import { useStatus } from "../shared/status";
import { Tag } from "../shared/Tag";
import { text } from "../shared/text";
import css from "./Sidebar.module.css";

const ICONS: Record<string, ComponentType<{ size?: number; stroke?: number }>> = {
  today: IconSun,
  "money-in": IconArrowDownLeft,
  payouts: IconArrowUpRight,
  automations: IconRefresh,
  customers: IconUsers,
  reports: IconChartBar,
  ledger: IconBook2,
  settings: IconSettings,
};

/** 208 px: company, search, screens with their decisions, settings at the bottom. */
export function Sidebar({ onSearch }: { onSearch: () => void }) {
  const status = useStatus();
  const company = status?.company ?? text.common.purser;
  const top = SECTIONS.filter((section) => section.id !== "settings");
  const settings = SECTIONS.find((section) => section.id === "settings");
  return (
    <div className={css.sidebar}>
      <div className={css.brand}>
        <span className={css.mark} aria-hidden="true">
          {Array.from(company)[0]?.toUpperCase()}
        </span>
        <span className={css.company}>
          <span className={css.name} title={company}>
            {company}
          </span>
          {status?.demo ? (
            <a href={routeHref("settings", "company")} className={css.demo} title={text.nav.demoDelete}>
              <Tag>{text.common.demo}</Tag>
            </a>
          ) : null}
        </span>
      </div>
      <button type="button" className={css.search} onClick={onSearch} aria-keyshortcuts={ariaKeys("Mod K")}>
        <IconSearch size={14} stroke={1.8} aria-hidden="true" />
        <span className="grow">{text.nav.search}</span>
        <Key combo="Mod K" />
      </button>
      <nav aria-label={text.nav.label} className={css.nav}>
        {top.map((section) => (
          <Item key={section.id} section={section} />
        ))}
        <div className={css.space} />
        {settings ? <Item section={settings} /> : null}
      </nav>
    </div>
  );
}

function Item({ section }: { section: Section }) {
  const route = useRoute();
  const status = useStatus();
  const Icon = ICONS[section.id] ?? IconSun;
  const current = (route.section || "today") === section.id;
  const count = status ? section.count(status.counts) : 0;
  return (
    <a className={css.item} href={routeHref(section.id, section.tabs[0]?.id ?? "")} title={section.title} aria-current={current ? "page" : undefined}>
      <span className={css.icon} aria-hidden="true">
        <Icon size={16} stroke={1.7} />
      </span>
      <span className={`grow ${css.label}`}>{section.title}</span>
      {count > 0 ? (
        <span className={`num ${css.count}`}>
          {count}
          <span className="sr"> {text.nav.decisions(count).replace(/^\d+ /, "")}</span>
        </span>
      ) : null}
    </a>
  );
}
