import { MantineProvider, useMantineColorScheme } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { applyChange, createQueryClient, useChanges } from "../api/hooks";
import { KeyProvider } from "../shared/keys/useKeys";
import { LiveProvider } from "../shared/live";
import { LongWorkProvider } from "../shared/longWork";
import { usePreferences } from "../shared/preferences";
import { cssVariables, theme } from "../shared/theme";
import { UndoProvider } from "../shared/Undo";

/** What every window of Purser stands on. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(createQueryClient);
  const { singleKeys, scheme } = usePreferences();
  return (
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme={scheme}>
        <SchemeFollower />
        <KeyProvider singleKeys={singleKeys}>
          <LiveProvider>
            <UndoProvider onUndone={() => applyChange(client, { topics: ["*"], sequence: 0 })}>
              <Changes />
              <LongWorkProvider>{children}</LongWorkProvider>
            </UndoProvider>
          </LiveProvider>
        </KeyProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
}

function SchemeFollower() {
  const { scheme } = usePreferences();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => setColorScheme(scheme), [scheme, setColorScheme]);
  return null;
}

function Changes() {
  useChanges();
  return null;
}
