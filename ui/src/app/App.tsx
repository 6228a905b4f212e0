import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { HostState } from "../api/bindings";
import { personLocale } from "../shared/locale";
import { askAhead, useQueryApi } from "../api/hooks";
import { FirstRun } from "../screens/first-run/FirstRun";
import { Unlock } from "../screens/first-run/Unlock";
import { FormatProvider } from "../shared/company";
import { usePreferences } from "../shared/preferences";
import { parseRoute } from "../shared/route";
import { Reply } from "../shared/States";
import { text } from "../shared/text";
import { Shell } from "./Shell";
import { Starting } from "./Starting";

/** Decides by the state of the data folder: first run, unlock, or the books. */
export function App() {
  const host = useQueryApi("host_state", {});
  useForgetting(host.data?.state);
  // The folder is open as soon as the company is made, but the recovery code still has to be written down.
  const [founding, setFounding] = useState(false);
  return (
    <Reply of={host} title={text.states.notShown(text.common.purser)} loading={<Starting />}>
      {(state) => {
        if (state.state === "no_company" || founding) {
          return (
            <FirstRun
              host={state}
              onFounding={setFounding}
              onReady={() => {
                setFounding(false);
                void host.refetch();
              }}
            />
          );
        }
        if (state.state === "open") return <Open />;
        return <Unlock host={state} onReady={() => void host.refetch()} />;
      }}
    </Reply>
  );
}

/** What was read of the books goes when they close or lock: nothing of it may show again before they open. */
function useForgetting(state: HostState["state"] | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (state !== undefined && state !== "open") client.removeQueries({ predicate: (query) => query.queryKey[0] !== "host_state" });
  }, [client, state]);
}

function Open() {
  const client = useQueryClient();
  // Most starts are on Today: its queue is read while the frame is, and not after it.
  useEffect(() => {
    if (["", "today"].includes(parseRoute(window.location.hash).section)) askAhead(client, "today", {});
  }, [client]);
  const status = useQueryApi("status", {}, { refetchMs: 60_000 });
  const { hour12 } = usePreferences();
  return (
    <Reply of={status} title={text.states.notShown(text.common.purser)} loading={<Starting />}>
      {(data) => (
        <FormatProvider format={{ currency: data.currency, zone: data.zone, locale: personLocale(), hour12 }}>
          <Shell status={data} />
        </FormatProvider>
      )}
    </Reply>
  );
}
