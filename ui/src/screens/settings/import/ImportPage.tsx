import { NativeSelect } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import type { CsvMapping, Imported } from "../../../api/bindings";
import { ApiError, asApiError } from "../../../api/client";
import { useCommand, useQueryApi } from "../../../api/hooks";
import { shell, type FileKind } from "../../../api/shell";
import { Action } from "../../../shared/Action";
import { Body } from "../../../shared/Body";
import { useKeys } from "../../../shared/keys/useKeys";
import { RunningWork } from "../../../shared/longWork";
import { Key } from "../../../shared/Key";
import { navigate, routeHref, useRoute } from "../../../shared/route";
import { EmptyState, ErrorState, LoadingRows } from "../../../shared/States";
import { text } from "../../../shared/text";
import { useUndo } from "../../../shared/Undo";
import css from "./Import.module.css";
import { FilePaper } from "./FilePaper";
import { MappingForm } from "./MappingForm";
import { Refused } from "./Refused";

const words = text.importing;
const TABLE: FileKind[] = [{ name: words.table, extensions: ["csv", "tsv", "txt"] }];
const STATEMENT: FileKind[] = [{ name: words.statement, extensions: ["csv", "tsv", "txt", "xml", "camt", "mt940", "sta", "940", "ofx", "qfx"] }];

/** Reads a file: a statement with its columns beside it, or a table of customers or open invoices. */
export function ImportPage({ onLeave }: { onLeave?: () => void }) {
  const route = useRoute();
  const kind = route.query.get("kind") ?? "statement";
  const asked = route.query.get("path") ?? "";
  // Each choice is a new attempt, also of the same file.
  const [chosen, setChosen] = useState({ path: asked, attempt: 0 });
  const setPath = useCallback((path: string) => setChosen((before) => ({ path, attempt: before.attempt + 1 })), []);
  useEffect(() => {
    if (asked !== "") setPath(asked);
  }, [asked, setPath]);
  const { path, attempt } = chosen;
  const [problem, setProblem] = useState<ApiError | null>(null);
  const choose = () => {
    setProblem(null);
    shell()
      .pickFile(words.titles[kind] ?? words.titles.statement ?? "", kind === "statement" ? STATEMENT : TABLE)
      .then(
        (picked) => {
          if (picked) setPath(picked);
        },
        (raw: unknown) => setProblem(asApiError(raw)),
      );
  };
  useDrop(setPath);
  const leave = onLeave ?? (() => navigate(routeHref("settings", "accounts")));
  useKeys("screen", [
    { keys: ["N"], label: words.chooseKey, hint: true, run: choose },
    { keys: ["Esc"], label: text.keys.back, hint: true, run: leave },
  ]);
  if (path === "") {
    return (
      <>
        <EmptyState
          title={words.titles[kind] ?? ""}
          actions={
            <>
              <Action look="primary" combo="N" onClick={choose}>
                {words.choose}
              </Action>
              <Action look="plain" onClick={leave}>
                {text.company.back}
              </Action>
            </>
          }
        >
          {words.bodies[kind]}
        </EmptyState>
        {problem ? <ErrorState title={words.notOpened} error={problem} /> : null}
      </>
    );
  }
  if (kind === "statement") return <Statement key={attempt} path={path} onChoose={choose} onLeave={leave} />;
  return <Table key={attempt} kind={kind} path={path} onChoose={choose} onLeave={leave} />;
}

/** A file dropped on the window. */
function useDrop(onPath: (path: string) => void) {
  useEffect(() => {
    let stop: (() => void) | null = null;
    let gone = false;
    shell()
      .onFileDrop((paths) => {
        if (paths[0]) onPath(paths[0]);
      })
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
  }, [onPath]);
}

/** Whether this screen is still on show, for what ends later. */
function useHere(): { readonly current: boolean } {
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  return here;
}

/** Whether a file was read to its end: it made an import, or everything in it was known already. */
function wasRead(imported: Imported): boolean {
  return imported.import !== null || imported.rejected.length === 0;
}

/** The last piece of a path, on every system. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).pop() ?? path;
}

function Statement({ path, onChoose, onLeave }: { path: string; onChoose: () => void; onLeave: () => void }) {
  const accounts = useQueryApi("accounts", {});
  const [account, setAccount] = useState<string | null>(null);
  const banks = (accounts.data ?? []).filter((row) => row.kind === "bank");
  const chosen = account ?? (banks.length === 1 ? (banks[0]?.name ?? "") : "");
  const [mapping, setMapping] = useState<CsvMapping | null>(null);
  const [skipBad, setSkipBad] = useState(false);
  const input = { path, account: chosen, format: "auto", mapping, skip_bad: skipBad };
  const preview = useQueryApi("import_preview", { ...input, skip_bad: false }, { enabled: accounts.data !== undefined && chosen !== "" });
  const run = useCommand("import_statement");
  const matching = useCommand("match_run");
  const { show } = useUndo();
  const here = useHere();
  const submit = async (skip: boolean) => {
    setSkipBad(skip);
    if (run.isPending) return;
    try {
      // Not the callbacks of `mutate`: those are dropped when the screen is left, and the import goes on.
      const imported = await run.mutateAsync({ ...input, skip_bad: skip });
      if (!wasRead(imported)) return;
      show(imported.done);
      // New lines are only written down by the import; what is certain is booked now.
      await matching.mutateAsync({ apply: true });
    } catch (raw) {
      // On this screen the error stands in its place; elsewhere it is said.
      if (!here.current) show({ sequence: 0, say: asApiError(raw).message, undo: null });
    }
  };
  const data = preview.data;
  const imported = run.data && wasRead(run.data) ? run.data : null;
  const ready = imported === null && data !== undefined && data.problems.length === 0 && data.rejected.length === 0;
  useKeys("screen", [{ keys: ["Mod Enter"], label: words.run, hint: ready, whileTyping: true, enabled: ready, run: () => void submit(false) }]);
  const done = imported ? { ...imported, booked: Math.max(imported.booked, matching.data?.booked ?? 0) } : null;
  return (
    <Body
      side={480}
      railLabel={words.file}
      main={
        <div className={css.main}>
          <div className="between">
            <h1>{fileName(path)}</h1>
            <Action look="link" onClick={onChoose}>
              {words.another}
            </Action>
          </div>
          {done ? (
            <>
              {matching.isPending ? <RunningWork /> : null}
              {matching.error ? <ErrorState title={words.notMatched} error={matching.error} actions={<Action onClick={() => matching.mutate({ apply: true })}>{text.states.again}</Action>} /> : null}
              <Result imported={done} onLeave={onLeave} />
            </>
          ) : (
            <>
              <div className={css.account}>
                <NativeSelect
                  label={words.account}
                  value={chosen}
                  data={[...(chosen === "" ? [{ value: "", label: words.pickAccount }] : []), ...(accounts.data ?? []).map((row) => ({ value: row.name, label: `${row.name}, ${row.currency}` }))]}
                  onChange={(event) => setAccount(event.currentTarget.value)}
                />
              </div>
              {preview.error ? <ErrorState title={words.notRead} error={preview.error} /> : null}
              {!data && preview.isFetching ? <LoadingRows rows={6} height={36} twoLine={false} /> : null}
              {data ? (
                <>
                  <MappingForm mapping={data.mapping} columns={data.columns} onChange={setMapping} />
                  {data.problems.length > 0 ? (
                    <ul className={css.problems} role="alert">
                      {data.problems.map((problem) => (
                        <li key={problem}>{problem}</li>
                      ))}
                    </ul>
                  ) : null}
                  {run.error ? <ErrorState title={words.failed(fileName(path))} error={run.error} /> : null}
                  {run.isPending ? <RunningWork /> : null}
                  <Refused rejected={run.data?.rejected.length ? run.data.rejected : data.rejected} file={fileName(path)} tried={(run.data?.rejected.length ?? 0) > 0} />
                  <div className={css.actions}>
                    {ready ? (
                      <Action look="primary" size="tall" combo="Mod Enter" disabled={run.isPending} onClick={() => void submit(false)}>
                        {words.button(data.total)}
                      </Action>
                    ) : data.rejected.length > 0 && data.problems.length === 0 ? (
                      <Action look="primary" size="tall" disabled={run.isPending} onClick={() => void submit(true)}>
                        {words.skip(data.total - data.rejected.length)}
                      </Action>
                    ) : null}
                    <Action look="plain" size="tall" onClick={onLeave}>
                      {text.common.cancel}
                    </Action>
                  </div>
                </>
              ) : null}
            </>
          )}
        </div>
      }
      rail={<FilePaper preview={data} path={path} booked={done !== null} />}
    />
  );
}

function Table({ kind, path, onChoose, onLeave }: { kind: string; path: string; onChoose: () => void; onLeave: () => void }) {
  const customers = useCommand("import_customers");
  const invoices = useCommand("import_invoices");
  const run = kind === "customers" ? customers : invoices;
  const { show } = useUndo();
  const here = useHere();
  const submit = async (skip: boolean) => {
    try {
      const imported = await run.mutateAsync({ path, skip_bad: skip });
      if (wasRead(imported)) show(imported.done);
    } catch (raw) {
      if (!here.current) show({ sequence: 0, say: asApiError(raw).message, undo: null });
    }
  };
  const result = run.data;
  return (
    <div className={css.single}>
      <div className="between">
        <h1>{fileName(path)}</h1>
        <Action look="link" onClick={onChoose}>
          {words.another}
        </Action>
      </div>
      {result && wasRead(result) ? (
        <Result imported={result} onLeave={onLeave} />
      ) : (
        <>
          <p className="sec">{words.bodies[kind]}</p>
          {run.error ? <ErrorState title={words.failed(fileName(path))} error={run.error} /> : null}
          {run.isPending ? <RunningWork /> : null}
          {result ? <Refused rejected={result.rejected} file={fileName(path)} tried /> : null}
          <div className={css.actions}>
            {result && result.rejected.length > 0 ? (
              <Action look="primary" size="tall" disabled={run.isPending} onClick={() => void submit(true)}>
                {words.skip(result.read - result.rejected.length)}
              </Action>
            ) : (
              <Action look="primary" size="tall" disabled={run.isPending} onClick={() => void submit(false)}>
                {words.tableButton(fileName(path))}
              </Action>
            )}
            <Action look="plain" size="tall" onClick={onLeave}>
              {text.common.cancel} <Key combo="Esc" />
            </Action>
          </div>
        </>
      )}
    </div>
  );
}

/** What came of it, and where to go on. */
function Result({ imported, onLeave }: { imported: Imported; onLeave: () => void }) {
  return (
    <div className={css.result} role="status">
      <p>{text.settings.accounts.read(imported.read, imported.new, imported.known)}</p>
      {imported.booked > 0 ? <p>{words.booked(imported.booked)}</p> : null}
      {imported.rejected.length > 0 ? <p className="att">{words.skipped(imported.rejected.length)}</p> : null}
      {imported.ignored_columns.length > 0 ? <p className="small sec">{text.settings.accounts.ignored(imported.ignored_columns.join(", "))}</p> : null}
      <div className={css.actions}>
        <Action look="primary" size="tall" onClick={() => navigate("#/money-in/match")}>
          {words.goMatch}
        </Action>
        <Action look="plain" size="tall" onClick={onLeave}>
          {text.common.close}
        </Action>
      </div>
    </div>
  );
}
