import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import type { ExportList } from "../api/bindings";
import { asApiError, type ApiError } from "../api/client";
import { useCommand } from "../api/hooks";
import { shell } from "../api/shell";
import { Action } from "./Action";
import { ariaKeys, type Combo } from "./keys/combo";
import css from "./listExport.module.css";
import { useKeys } from "./keys/useKeys";
import { ErrorState } from "./States";
import { text } from "./text";
import { useUndo } from "./Undo";

const words = text.lists.export;

/** What is on screen: the list with its filters and order. */
export type Shown = Omit<ExportList, "list" | "path"> & { list: keyof typeof words.titles };

/** Writes a list as it is shown into a file that you choose; the export goes on when the screen is left. */
export function useListExport(shown: Shown, combo: Combo = "X"): { start: () => void; busy: boolean; error: ApiError | null; combo: Combo } {
  const write = useCommand("export_list");
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const { show } = useUndo();
  const run = async () => {
    if (busy) return;
    setError(null);
    setBusy(true);
    try {
      const path = await shell().pickSave(words.titles[shown.list], `${shown.list}.csv`);
      if (path) {
        const written = await write.mutateAsync({ ...shown, path });
        show({ sequence: 0, say: written.say, undo: null });
      }
    } catch (raw) {
      setError(asApiError(raw));
    } finally {
      setBusy(false);
    }
  };
  const start = () => void run();
  useKeys("screen", [{ keys: [combo], label: words.key, hint: true, run: start }]);
  return { start, busy, error, combo };
}

/** The button of the top bar. */
export function ExportButton({ of }: { of: ReturnType<typeof useListExport> }) {
  return (
    <Action icon={<IconDownload size={15} stroke={1.8} />} combo={of.combo} disabled={of.busy} onClick={of.start}>
      {words.button}
    </Action>
  );
}

/** The same where a list has no top bar of its own: its name and key on hover and for screen readers. */
export function ExportIcon({ of, list }: { of: ReturnType<typeof useListExport>; list: Shown["list"] }) {
  const name = words.titles[list];
  return (
    <button type="button" className={css.icon} aria-label={name} title={`${name} (${of.combo})`} aria-keyshortcuts={ariaKeys(of.combo)} disabled={of.busy} onClick={of.start}>
      <IconDownload size={16} stroke={1.7} aria-hidden="true" />
    </button>
  );
}

/** Why nothing was written, above the list. */
export function ExportProblem({ of }: { of: ReturnType<typeof useListExport> }) {
  return of.error ? <ErrorState title={words.failed} error={of.error} /> : null;
}
