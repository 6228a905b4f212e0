import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { asApiError } from "./client";

/** A kind of file in a file dialog. */
export interface FileKind {
  name: string;
  extensions: string[];
}

/** Long work, as the engine tells of it. */
export interface LongWork {
  task: string;
  what: string;
  done: number;
  /** 0 while unknown. */
  total: number;
  unit: string;
  finished: boolean;
}

/** What only the shell can do for a window: dialogs, opening a file, the confirm window. */
export interface Shell {
  pickFile: (title: string, kinds: FileKind[]) => Promise<string | null>;
  pickSave: (title: string, name: string) => Promise<string | null>;
  pickFolder: (title: string) => Promise<string | null>;
  openPath: (path: string) => Promise<void>;
  revealPath: (path: string) => Promise<void>;
  openConfirm: (batch: string) => Promise<void>;
  closeWindow: () => Promise<void>;
  /** Whether Purser starts with the session, under the tray. */
  autostart: () => Promise<boolean>;
  autostartSet: (on: boolean) => Promise<void>;
  onFileDrop: (listener: (paths: string[]) => void) => Promise<() => void>;
  onProgress: (listener: (work: LongWork) => void) => Promise<() => void>;
  onNavigate: (listener: (route: string) => void) => Promise<() => void>;
}

async function ask<T>(name: string, input: Record<string, unknown> = {}): Promise<T> {
  try {
    return await invoke<T>(name, input);
  } catch (raw) {
    throw asApiError(raw);
  }
}

const real: Shell = {
  pickFile: (title, kinds) => ask("pick_file", { title, kinds }),
  pickSave: (title, name) => ask("pick_save", { title, name }),
  pickFolder: (title) => ask("pick_folder", { title }),
  openPath: (path) => ask("open_path", { path }),
  revealPath: (path) => ask("reveal_path", { path }),
  openConfirm: (batch) => ask("open_confirm", { batch }),
  closeWindow: () => ask("close_window"),
  autostart: () => ask("autostart"),
  autostartSet: (on) => ask("autostart_set", { on }),
  onFileDrop: (listener) => listen<{ paths: string[] }>("tauri://drag-drop", (event) => listener(event.payload.paths)),
  onProgress: (listener) => listen<LongWork>("progress", (event) => listener(event.payload)),
  onNavigate: (listener) => listen<string>("navigate", (event) => listener(event.payload)),
};

let current: Shell = real;

/** The shell of this window. */
export function shell(): Shell {
  return current;
}

/** For tests and the gallery only. */
export function setShell(replacement: Partial<Shell>): void {
  current = { ...real, ...replacement };
}
