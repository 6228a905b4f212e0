import type { ReactNode } from "react";
import { Action } from "./Action";
import { useNowMs } from "./company";
import { durationText } from "./format/time";
import { useMorning } from "./morning";
import { routeHref, useRoute } from "./route";
import { sectionOf } from "./sections";
import { useStatus } from "./status";
import { text } from "./text";
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
      {found.tabs.length > 0 ? (
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
      <div className={css.actions}>
        <Actions>{children}</Actions>
      </div>
    </header>
  );
}

/** The screen's own actions; during the morning "3 of 9, 1 min 12 s" and the way out stand there instead. */
function Actions({ children }: { children?: ReactNode }) {
  const { progress, leave } = useMorning();
  const now = useNowMs(progress !== null);
  if (!progress) return children;
  const seconds = Math.max(0, Math.floor((now - progress.startedMs) / 1000)) * 1000;
  return (
    <>
      <span className="num">{text.morning.progress(progress.at, progress.of, durationText(Math.max(seconds, 10_000)))}</span>
      <Action look="plain" onClick={leave}>
        {text.morning.leave}
      </Action>
    </>
  );
}
