import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Api } from "./bindings";

type Method = keyof Api;
type Of<K extends "query" | "command" | "release"> = { [M in Method]: Api[M]["kind"] extends K ? M : never }[Method];

export type QueryMethod = Of<"query">;
export type CommandMethod = Of<"command">;
export type ReleaseMethod = Of<"release">;
export type Input<M extends Method> = Api[M]["input"];
export type Output<M extends Method> = Api[M]["output"];

/** What went wrong, in words for the founder, with a stable code for the program. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly detail: string | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** What the shell rejects with becomes one kind of error, whatever its shape. */
export function asApiError(raw: unknown): ApiError {
  if (raw instanceof ApiError) return raw;
  if (typeof raw === "object" && raw !== null) {
    const { code, message, detail } = raw as Record<string, unknown>;
    if (typeof message === "string") {
      return new ApiError(
        typeof code === "string" ? code : "unknown",
        message,
        typeof detail === "string" ? detail : detail == null ? null : JSON.stringify(detail),
      );
    }
  }
  return new ApiError("unknown", typeof raw === "string" ? raw : "The engine gave an answer that cannot be read.", null);
}

/** The one way out of the window; replaced in tests and in the development gallery. */
export interface Transport {
  invoke: (kind: "query" | "command" | "release", method: string, input: unknown) => Promise<unknown>;
  onChanged: (listener: (changed: Changed) => void) => Promise<() => void>;
}

/** The engine says what moved, at most four times a second per topic. */
export interface Changed {
  topics: string[];
  sequence: number;
}

const shell: Transport = {
  invoke: (kind, method, input) => invoke(kind, { method, input }),
  onChanged: (listener) => listen<Changed>("changed", (event) => listener(event.payload)),
};

let transport: Transport = shell;

/** For tests and the gallery only. */
export function setTransport(replacement: Transport): void {
  transport = replacement;
}

async function call(kind: "query" | "command" | "release", method: string, input: unknown): Promise<unknown> {
  try {
    return await transport.invoke(kind, method, input);
  } catch (raw) {
    throw asApiError(raw);
  }
}

/** Reads; never changes anything. */
export function query<M extends QueryMethod>(method: M, input: Input<M>): Promise<Output<M>> {
  return call("query", method, input) as Promise<Output<M>>;
}

/** Decides something on this machine. */
export function command<M extends CommandMethod>(method: M, input: Input<M>): Promise<Output<M>> {
  return call("command", method, input) as Promise<Output<M>>;
}

/** Releases money or mail; the shell accepts these from the confirm window only. */
export function release<M extends ReleaseMethod>(method: M, input: Input<M>): Promise<Output<M>> {
  return call("release", method, input) as Promise<Output<M>>;
}

export function onChanged(listener: (changed: Changed) => void): Promise<() => void> {
  return transport.onChanged(listener);
}
