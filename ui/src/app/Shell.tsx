import { Component, Suspense, useEffect, useState, type ErrorInfo, type ReactNode } from "react";
import type { Status } from "../api/bindings";
import { ApiError } from "../api/client";
import { useCommand } from "../api/hooks";
import { shell } from "../api/shell";
import { Action } from "../shared/Action";
import { useSignsOfLife } from "../shared/idle";
import { MorningProvider } from "../shared/morning";
import { useKeys } from "../shared/keys/useKeys";
import { navigate, routeHref, useRoute } from "../shared/route";
import { SECTIONS } from "../shared/sections";
import { ErrorState } from "../shared/States";
import { StatusProvider } from "../shared/status";
import { text } from "../shared/text";
import { useUndo } from "../shared/Undo";
import { KeySheet } from "./KeySheet";
import { Offline } from "./Offline";
import { Palette } from "./Palette";
import { SCREENS } from "./screens";
import css from "./Shell.module.css";
import { Sidebar } from "./Sidebar";
import { StatusLine } from "./StatusLine";

/** The window of open books: sidebar, screen, status line, and the keys that work everywhere. */
export function Shell({ status }: { status: Status }) {
  const route = useRoute();
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  const pause = useCommand("pause_all");
  const lock = useCommand("lock");
  useSignsOfLife();
  const { show } = useUndo();
  const section = SCREENS[route.section] ? route.section : "today";
  const Screen = SCREENS[section];

  useKeys("global", [
    { keys: ["Mod K"], label: text.keys.palette, whileTyping: true, run: () => setPalette(true) },
    ...SECTIONS.map((target) => ({
      keys: [`G ${target.letter}`],
      label: text.keys.go(target.title),
      run: () => navigate(routeHref(target.id, target.tabs[0]?.id ?? "")),
    })),
    { keys: ["Mod ,"], label: text.keys.settings, whileTyping: true, run: () => navigate(routeHref("settings", "appearance")) },
    { keys: ["Mod Shift P"], label: text.keys.pauseAll, whileTyping: true, run: () => pause.mutate({}, { onSuccess: show }) },
    { keys: ["Mod Shift L"], label: text.lock.key, whileTyping: true, run: () => lock.mutate({}, { onError: (error) => show({ sequence: 0, say: error.message, undo: null }) }) },
    { keys: ["?"], label: text.keys.sheet, hint: true, run: () => setSheet(true) },
  ]);

  useEffect(() => {
    const count = status.counts.today;
    document.title = count > 0 ? `(${count}) ${text.common.purser}` : text.common.purser;
  }, [status.counts.today]);

  useEffect(() => {
    let stop: (() => void) | null = null;
    let gone = false;
    shell()
      .onNavigate((to) => navigate(`#${to}`))
      .then(
        (unlisten) => {
          if (gone) unlisten();
          else stop = unlisten;
        },
        (error: unknown) => window.dispatchEvent(new CustomEvent("purser:problem", { detail: error })),
      );
    return () => {
      gone = true;
      stop?.();
    };
  }, []);

  return (
    <StatusProvider status={status}>
     <MorningProvider>
      <div className={css.window}>
        <Sidebar onSearch={() => setPalette(true)} />
        <main className={css.main}>
          <Offline />
          <ScreenGuard key={`${section}/${route.tab}`}>
            <Suspense fallback={<div className={css.blank} />}>{Screen ? <Screen /> : null}</Suspense>
          </ScreenGuard>
        </main>
        <StatusLine />
      </div>
      {palette ? <Palette onClose={() => setPalette(false)} onKeys={() => setSheet(true)} /> : null}
      {sheet ? <KeySheet onClose={() => setSheet(false)} /> : null}
     </MorningProvider>
    </StatusProvider>
  );
}

/** A fault in one screen leaves the others standing. */
class ScreenGuard extends Component<{ children: ReactNode }, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override componentDidCatch(fault: Error, info: ErrorInfo) {
    window.dispatchEvent(new CustomEvent("purser:problem", { detail: { fault, stack: info.componentStack } }));
  }

  override render() {
    const { fault } = this.state;
    if (!fault) return this.props.children;
    return (
      <div style={{ padding: 24 }}>
        <ErrorState
          title={text.states.crashed}
          error={new ApiError("view", text.states.crashedBody, fault.stack ?? fault.message)}
          actions={
            <Action look="primary" onClick={() => this.setState({ fault: null })}>
              {text.states.reload}
            </Action>
          }
        />
      </div>
    );
  }
}
