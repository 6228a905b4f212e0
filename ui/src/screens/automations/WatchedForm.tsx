import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { asApiError, type ApiError } from "../../api/client";
import { useQueryApi } from "../../api/hooks";
import { shell } from "../../api/shell";
import { Action } from "../../shared/Action";
import { Problem } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import css from "./Jobs.module.css";

const words = text.jobs.watched;

/** The folder whose new CSV files are imported, and the account they are of. */
export function WatchedForm() {
  const watched = useQueryApi("watched_folder", {});
  const accounts = useQueryApi("accounts", {});
  const save = useDecide("watched_folder_save");
  const [chosen, setChosen] = useState<string | null>(null);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const folder = watched.data?.folder ?? "";
  const banks = (accounts.data ?? []).filter((account) => account.kind === "bank");
  const account = chosen ?? watched.data?.account ?? "";
  const pick = async () => {
    setProblem(null);
    try {
      const picked = await shell().pickFolder(words.pick);
      if (picked !== null) await save.act({ folder: picked, account });
    } catch (raw) {
      setProblem(asApiError(raw));
    }
  };
  return (
    <section className={css.block} aria-label={words.title}>
      <h2>{words.title}</h2>
      <p className="sec">{words.body}</p>
      <p>{folder || words.none}</p>
      {banks.length > 1 ? (
        <NativeSelect
          label={words.account}
          value={account}
          data={[{ value: "", label: words.only }, ...banks.map((bank) => ({ value: bank.name, label: bank.name }))]}
          onChange={(event) => {
            const next = event.currentTarget.value;
            setChosen(next);
            if (folder) void save.act({ folder, account: next });
          }}
        />
      ) : null}
      <div className={css.actions}>
        <Action disabled={save.busy} onClick={() => void pick()}>
          {words.choose}
        </Action>
        {folder ? (
          <Action look="plain" disabled={save.busy} onClick={() => void save.act({ folder: "", account: "" })}>
            {words.stop}
          </Action>
        ) : null}
      </div>
      <Problem error={problem ?? save.error ?? watched.error} />
    </section>
  );
}
