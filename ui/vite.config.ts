import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/**
 * What a page's first script goes on with is fetched while the first words are drawn. Styles are named at the end of the
 * page: what it shows before any script does not wait for them.
 */
const wordsFirst: Plugin = {
  name: "words-first",
  transformIndexHtml: {
    order: "post",
    handler(html, { bundle, chunk }) {
      const styles = /\s*<link rel="stylesheet"[^>]*>/g;
      const ahead = new Set<string>();
      const fetchFirst = (file: string) => {
        const part = bundle?.[file];
        if (part?.type !== "chunk" || ahead.has(file)) return;
        ahead.add(file);
        part.imports.forEach(fetchFirst);
      };
      chunk?.dynamicImports.forEach(fetchFirst);
      const links = [...ahead].map((file) => `\n    <link rel="modulepreload" crossorigin href="./${file}">`);
      return html.replace(styles, "").replace(/\s*<\/body>/, `${[...(html.match(styles) ?? []), ...links].join("")}\n  </body>`);
    },
  },
};

export default defineConfig({
  plugins: [react(), wordsFirst],
  base: "./",
  clearScreen: false,
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // The content policy allows fonts from files only, so nothing becomes a data: address.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rollupOptions: { input: { index: "index.html", confirm: "confirm.html" } },
  },
  test: {
    environment: "jsdom",
    globals: true,
    setupFiles: ["src/test/setup.ts"],
    css: { modules: { classNameStrategy: "non-scoped" } },
    include: ["src/**/*.test.{ts,tsx}"],
    testTimeout: 60000,
  },
});
