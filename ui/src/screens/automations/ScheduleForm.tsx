import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { JobDetail } from "../../api/bindings";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { useKeys } from "../../shared/keys/useKeys";
import { Segments } from "../../shared/Segments";
import { Problem } from "../../shared/States";
import { text } from "../../shared/text";
import { useDecide } from "../../shared/Undo";
import { useDelayed } from "../../shared/useDelayed";
import { When } from "../../shared/When";
import css from "./Jobs.module.css";

const words = text.jobs.form;

/** When a job runs, with the next five times before anything is changed. */
export function ScheduleForm({ detail, onClose }: { detail: JobDetail; onClose: () => void }) {
  const { name } = detail.row;
  const [schedule, setSchedule] = useState(detail.row.schedule);
  const [zone, setZone] = useState(detail.changed ? detail.row.time_zone : "");
  const [catchUp, setCatchUp] = useState(detail.catch_up);
  const save = useDecide("job_schedule");
  const input = { name, schedule, zone, catch_up: catchUp };
  const asked = useDelayed(JSON.stringify(input), 200);
  const preview = useQueryApi("job_schedule_preview", JSON.parse(asked) as typeof input);
  const problem = preview.data?.problem ?? null;
  const submit = async (next: typeof input) => {
    if (await save.act(next)) onClose();
  };
  useKeys("screen", [{ keys: ["Esc"], label: text.keys.back, hint: true, whileTyping: true, run: onClose }]);
  return (
    <form
      className={`${css.block} ${css.form}`}
      aria-label={words.title}
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem) void submit(input);
      }}
    >
      <TextInput
        label={words.schedule}
        description={words.scheduleHelp}
        value={schedule}
        error={problem ?? undefined}
        maxLength={80}
        autoFocus
        autoComplete="off"
        onChange={(event) => setSchedule(event.currentTarget.value)}
      />
      <TextInput label={words.zone} description={words.zoneHelp} value={zone} maxLength={60} autoComplete="off" onChange={(event) => setZone(event.currentTarget.value)} />
      <div>
        <div className="label">{words.catchUp}</div>
        <Segments label={words.catchUp} options={words.policies} value={catchUp} onChange={setCatchUp} />
      </div>
      {preview.data && !problem ? (
        <div>
          <div className="label">{words.next}</div>
          <p>{preview.data.words}</p>
          <ul className={css.runs}>
            {preview.data.next.map((at) => (
              <li key={at}>
                <When at={at} />
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <Problem error={save.error ?? preview.error} />
      <div className={css.actions}>
        <Action type="submit" look="primary" disabled={save.busy || problem !== null}>
          {words.save}
        </Action>
        {detail.changed ? (
          <Action disabled={save.busy} onClick={() => void submit({ name, schedule: "", zone: "", catch_up: "" })}>
            {words.own}
          </Action>
        ) : null}
        <Action look="plain" combo="Esc" onClick={onClose}>
          {text.common.cancel}
        </Action>
      </div>
    </form>
  );
}
