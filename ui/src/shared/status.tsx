import { createContext, useContext, type ReactNode } from "react";
import type { Status } from "../api/bindings";

const StatusContext = createContext<Status | null>(null);

/** The engine's status, read once by the app and shared by shell and screens. */
export function StatusProvider({ status, children }: { status: Status | null; children: ReactNode }) {
  return <StatusContext.Provider value={status}>{children}</StatusContext.Provider>;
}

export function useStatus(): Status | null {
  return useContext(StatusContext);
}
