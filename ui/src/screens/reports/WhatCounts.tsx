import { Switch } from "@mantine/core";
import { RailBlock } from "../../shared/Facts";
import { Money, type MoneyValue } from "../../shared/Money";
import { ErrorState } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import css from "./Reports.module.css";

const words = text.reports;

/** The definitions. The one where companies differ is a switch with its effect in money; every number follows it. */
export function WhatCounts({ pastDueCounts, pastDue }: { pastDueCounts: boolean; pastDue: MoneyValue | undefined }) {
  const save = useDecide("metrics_save");
  return (
    <RailBlock title={words.definition}>
      <p className="small sec">{words.flip}</p>
      <div className={css.switch}>
        <Switch label={words.pastDueCounts} checked={pastDueCounts} disabled={save.busy} onChange={(event) => void save.act({ past_due_counts: event.currentTarget.checked })} />
        {pastDue ? <Money value={pastDue} tone="secondary" /> : null}
      </div>
      {save.error ? <ErrorState title={text.settings.saveFailed} error={save.error} /> : null}
      <p className="small sec">{words.definitionBody}</p>
    </RailBlock>
  );
}
