import type { ReactNode } from "react";
import { routeHref, useRoute } from "./route";
import { sectionOf } from "./sections";
import { useStatus } from "./status";
import css from "./TopBar.module.css";

/** 52 px: the screen's name, its sub-tabs, at most two actions at the right. */
export function TopBar({ section, children }: { section: string; children?: ReactNode }) {
  const route = useRoute();
  const status = useStatus();
  const found = sectionOf(section);
  if (!found) throw new Error(`There is no section "${section}"`);
  return (
    <header className={css.bar}>
      <h2 className={css.title}>{found.heading ?? found.title}</h2>
      {found.tabs.length > 1 ? (
        <nav className={css.tabs} aria-label={found.title}>
          {found.tabs.map((tab) => {
            const count = status ? tab.count(status.counts) : 0;
            const current = route.tab === tab.id || (route.tab === "" && tab === found.tabs[0]);
            return (
              <a key={tab.id} className={css.tab} href={routeHref(section, tab.id)} aria-current={current ? "page" : undefined}>
                {tab.title}
                {count > 0 ? <span className={`num ${css.count}`}>{count}</span> : null}
              </a>
            );
          })}
        </nav>
      ) : null}
      <div className={css.actions}>{children}</div>
    </header>
  );
}
