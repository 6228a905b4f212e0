import { useMemo, useSyncExternalStore } from "react";

/** Where the window is: `#/money-in/match/<id>?filter=…` */
export interface Route {
  section: string;
  tab: string;
  id: string | null;
  query: URLSearchParams;
}

/** Reads a hash; unknown text gives an empty section, and the shell falls back to Today. */
export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [section = "", tab = "", ...rest] = path.split("/").map((piece) => {
    try {
      return decodeURIComponent(piece);
    } catch {
      // A broken escape is shown as it is; it matches nothing.
      return piece;
    }
  });
  return { section, tab, id: rest.length > 0 ? rest.join("/") : null, query: new URLSearchParams(search) };
}

export function routeHref(section: string, tab = "", id: string | null = null, query?: Record<string, string>): string {
  const path = [section, tab, ...(id === null ? [] : [id])].filter((piece) => piece !== "").map(encodeURIComponent).join("/");
  const search = query ? new URLSearchParams(query).toString() : "";
  return `#/${path}${search ? `?${search}` : ""}`;
}

export function navigate(href: string, options: { replace?: boolean } = {}): void {
  if (options.replace) {
    window.history.replaceState(null, "", href);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    window.location.hash = href;
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parseRoute(hash), [hash]);
}
