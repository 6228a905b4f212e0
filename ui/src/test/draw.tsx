import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, type RenderResult } from "@testing-library/react";
import axe from "axe-core";
import type { ReactNode } from "react";
import { setTransport, type Changed } from "../api/client";
import { createQueryClient } from "../api/hooks";
import { FormatProvider, type CompanyFormat } from "../shared/company";
import { KeyManager } from "../shared/keys/manager";
import { KeyProvider } from "../shared/keys/useKeys";
import { LiveProvider } from "../shared/live";
import { theme } from "../shared/theme";
import { UndoProvider } from "../shared/Undo";

export const NOW = new Date("2026-11-17T13:41:00Z");

/** Draws a component with everything a window gives it, at a fixed time in New York. */
export function draw(ui: ReactNode, options: { format?: Partial<CompanyFormat>; now?: Date; keys?: KeyManager } = {}): RenderResult & { keys: KeyManager } {
  const keys = options.keys ?? new KeyManager();
  const result = render(
    <QueryClientProvider client={createQueryClient()}>
      <MantineProvider theme={theme} env="test">
        <KeyProvider manager={keys}>
          <LiveProvider>
            <UndoProvider>
              <FormatProvider format={{ currency: "USD", zone: "America/New_York", locale: "en-US", ...options.format }} now={options.now ?? NOW}>
                {ui}
              </FormatProvider>
            </UndoProvider>
          </LiveProvider>
        </KeyProvider>
      </MantineProvider>
    </QueryClientProvider>,
  );
  return { ...result, keys };
}

export interface Call {
  kind: string;
  method: string;
  input: unknown;
}

/** Answers like the engine, from a table; keeps what was asked. Returns the calls and a way to announce a change. */
export function answer(table: Record<string, unknown>): { calls: Call[]; change: (changed: Changed) => void } {
  const calls: Call[] = [];
  const listeners = new Set<(changed: Changed) => void>();
  setTransport({
    invoke: async (kind, method, input) => {
      calls.push({ kind, method, input });
      const reply = table[method];
      if (reply === undefined) throw { code: "no_answer", message: `The test has no answer for ${method}.`, detail: null };
      const value: unknown = typeof reply === "function" ? (reply as (input: unknown) => unknown)(input) : reply;
      if (value instanceof Error) throw value;
      return value;
    },
    onChanged: async (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  return { calls, change: (changed) => listeners.forEach((listener) => listener(changed)) };
}

/** WCAG A and AA as far as they can be judged without layout; colours are judged on the pictures. */
export async function violations(container: Element): Promise<string[]> {
  const found = await axe.run(container, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    rules: { "color-contrast": { enabled: false } },
  });
  return found.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.html).join(" | ").slice(0, 400)})`);
}
