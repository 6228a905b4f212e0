import { Switch } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { shell } from "../../api/shell";
import { setPreference, usePreferences } from "../../shared/preferences";
import { Segments } from "../../shared/Segments";
import { text } from "../../shared/text";
import { Head } from "./Head";
import css from "./Settings.module.css";

const words = text.settings.appearance;
const SCHEMES = [
  { value: "light", label: words.light },
  { value: "dark", label: words.dark },
  { value: "auto", label: words.auto },
] as const;

/** How this machine shows Purser. */
export function AppearancePage() {
  const preferences = usePreferences();
  return (
    <>
      <Head title={words.heading} sub={words.sub} />
      <div className={css.switches}>
        <div>
          <div className="label" style={{ marginBottom: 4 }}>
            {words.scheme}
          </div>
          <Segments label={words.scheme} options={SCHEMES} value={preferences.scheme} onChange={(value) => setPreference("scheme", value)} />
        </div>
        <Switch label={words.compact} description={words.compactHelp} checked={preferences.compact} onChange={(event) => setPreference("compact", event.currentTarget.checked)} />
        <Switch label={words.single} description={words.singleHelp} checked={preferences.singleKeys} onChange={(event) => setPreference("singleKeys", event.currentTarget.checked)} />
        <Switch label={words.hour12} description={words.hour12Help} checked={preferences.hour12} onChange={(event) => setPreference("hour12", event.currentTarget.checked)} />
        <Autostart />
      </div>
    </>
  );
}

/** Whether Purser starts with the session. The system keeps this setting, so the switch shows what it says. */
function Autostart() {
  const { data, error, refetch } = useQuery({ queryKey: ["shell", "autostart"], queryFn: () => shell().autostart() });
  const change = useMutation({ mutationFn: (on: boolean) => shell().autostartSet(on), onSettled: () => refetch() });
  const problem = change.error ?? error;
  if (data === undefined && !problem) return null;
  return (
    <Switch
      label={words.autostart}
      description={words.autostartHelp}
      error={problem?.message}
      disabled={data === undefined}
      checked={data ?? false}
      onChange={(event) => change.mutate(event.currentTarget.checked)}
    />
  );
}
