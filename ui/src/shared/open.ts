import { asApiError, type ApiError } from "../api/client";
import { shell } from "../api/shell";
import { navigate } from "./route";

/**
 * Opens a route that the engine named. Everything is a screen, except money that is to be released:
 * that is decided in the confirm window. Resolves with the error when that window did not open.
 */
export async function openRoute(route: string): Promise<ApiError | null> {
  const confirm = /^\/confirm\/(.+)$/.exec(route)?.[1];
  if (confirm === undefined) {
    navigate(`#${route}`);
    return null;
  }
  try {
    await shell().openConfirm(decodeURIComponent(confirm));
    return null;
  } catch (raw) {
    return asApiError(raw);
  }
}
