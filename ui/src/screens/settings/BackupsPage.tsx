import { useState } from "react";
import { ApiError, asApiError } from "../../api/client";
import { useCommand, useQueryApi } from "../../api/hooks";
import { shell } from "../../api/shell";
import { Action } from "../../shared/Action";
import { navigate, routeHref } from "../../shared/route";
import { EmptyState, ErrorState } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import { When } from "../../shared/When";
import { PlainTable } from "./PlainTable";
import { Head } from "./Head";
import css from "./Settings.module.css";

const words = text.settings.backups;
const KIB = 1024;

/** `1.2 MB`: a file's size in the largest unit that leaves a whole digit. */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= KIB && unit < units.length - 1) {
    value /= KIB;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** Encrypted files that open with the recovery code. */
export function BackupsPage() {
  const backups = useQueryApi("backups", {});
  const make = useCommand("backup");
  const [problem, setProblem] = useState<ApiError | null>(null);
  const elsewhere = async () => {
    setProblem(null);
    try {
      const folder = await shell().pickFolder(words.elsewhere);
      if (folder) make.mutate({ path: folder });
    } catch (raw) {
      setProblem(asApiError(raw));
    }
  };
  const reveal = (path: string) => void shell().revealPath(path).catch((raw: unknown) => setProblem(asApiError(raw)));
  const error = problem ?? make.error;
  return (
    <>
      <Head title={words.heading} sub={words.sub} />
      <div className={css.actions}>
        <Action look="primary" disabled={make.isPending} onClick={() => make.mutate({ path: "" })}>
          {make.isPending ? words.making : words.now}
        </Action>
        <Action disabled={make.isPending} onClick={() => void elsewhere()}>
          {words.elsewhere}
        </Action>
        {make.data ? (
          <span className="small sec" role="status">
            {make.data.say}
          </span>
        ) : null}
      </div>
      {error ? (
        <div style={{ marginTop: 12 }}>
          <ErrorState title={words.failed} error={error} />
        </div>
      ) : null}
      <section className={css.block}>
        <Copies />
      </section>
      <section className={css.block}>
        <PlainTable
          label={words.heading}
          of={backups}
          rowKey={(row) => row.path}
          columns={[
            { header: words.at, cell: (row) => <When at={row.at} /> },
            { header: words.path, cell: (row) => <span className={css.mono}>{row.path}</span> },
            { header: words.size, align: "right", cell: (row) => sizeText(row.bytes) },
          ]}
          act={(row) => (
            <Action look="link" onClick={() => reveal(row.path)}>
              {words.show}
            </Action>
          )}
          none={<EmptyState title={words.none}>{words.noneBody}</EmptyState>}
        />
      </section>
    </>
  );
}

/** The folder on another disk that nightly backups are copied to. */
function Copies() {
  const copies = useQueryApi("backup_copies", {});
  const save = useDecide("backup_copies_save");
  const [problem, setProblem] = useState<ApiError | null>(null);
  const folder = copies.data?.path ?? "";
  const pick = async () => {
    setProblem(null);
    try {
      const picked = await shell().pickFolder(words.copies);
      if (picked !== null) await save.act({ path: picked });
    } catch (raw) {
      setProblem(asApiError(raw));
    }
  };
  const error = problem ?? save.error ?? copies.error;
  return (
    <>
      <h2>{words.copies}</h2>
      <p className="sec">{words.copiesBody}</p>
      <p>{folder ? <span className={css.mono}>{folder}</span> : words.copiesNone}</p>
      <div className={css.actions}>
        <Action disabled={save.busy} onClick={() => void pick()}>
          {words.copiesChoose}
        </Action>
        {folder ? (
          <>
            <Action look="plain" disabled={save.busy} onClick={() => void save.act({ path: "" })}>
              {words.copiesStop}
            </Action>
            <Action look="link" onClick={() => navigate(routeHref("automations", "jobs", "backup-copies"))}>
              {words.copiesJob}
            </Action>
          </>
        ) : null}
      </div>
      {error ? <ErrorState title={words.copiesFailed} error={error} /> : null}
    </>
  );
}
