import { Modal } from "@mantine/core";
import { useState } from "react";
import { useCommand } from "../../api/hooks";
import { shell } from "../../api/shell";
import { ApiError, asApiError } from "../../api/client";
import { Action } from "../../shared/Action";
import { useKeys } from "../../shared/keys/useKeys";
import { Segments } from "../../shared/Segments";
import { ErrorState } from "../../shared/States";
import { text } from "../../shared/text";
import css from "./Ledger.module.css";

const FORMATS = [
  { value: "hledger", label: text.exporting.hledger, file: "ledger.journal" },
  { value: "beancount", label: text.exporting.beancount, file: "ledger.beancount" },
  { value: "csv", label: text.exporting.csv, file: "postings.csv" },
] as const;

/** Format, place, written: the whole ledger in a form that other software checks. */
export function ExportDialog({ onClose }: { onClose: () => void }) {
  const [format, setFormat] = useState<(typeof FORMATS)[number]["value"]>("hledger");
  const [problem, setProblem] = useState<ApiError | null>(null);
  const write = useCommand("export");
  useKeys("window", [{ keys: ["Esc"], label: text.keys.back, whileTyping: true, run: onClose }]);
  const choose = async () => {
    setProblem(null);
    try {
      const path = await shell().pickSave(text.exporting.title, FORMATS.find((f) => f.value === format)?.file ?? "ledger");
      if (path) write.mutate({ format, path });
    } catch (raw) {
      setProblem(asApiError(raw));
    }
  };
  const error = problem ?? write.error;
  return (
    <Modal opened onClose={onClose} title={text.exporting.title} size={520} closeButtonProps={{ "aria-label": text.common.close }}>
      <Segments label={text.exporting.format} options={FORMATS} value={format} onChange={setFormat} />
      {error ? <ErrorState title={text.exporting.failed} error={error} /> : null}
      {write.data ? (
        <p className={css.written} role="status">
          {write.data.say} <span className="mono">{write.data.path}</span>
        </p>
      ) : null}
      <div className={css.dialogActions}>
        <Action look="primary" disabled={write.isPending} onClick={() => void choose()}>
          {text.exporting.choose}
        </Action>
        {write.data ? <Action onClick={() => void shell().revealPath(write.data.path).catch((raw: unknown) => setProblem(asApiError(raw)))}>{text.exporting.show}</Action> : null}
        <Action look="plain" onClick={onClose}>
          {text.common.close}
        </Action>
      </div>
    </Modal>
  );
}
