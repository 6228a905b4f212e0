import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Styles are named at the end of the page: what it shows before any script does not wait for them. */
const stylesLast = {
  name: "styles-last",
  transformIndexHtml: {
    order: "post" as const,
    handler(html: string): string {
      const styles = /\s*<link rel="stylesheet"[^>]*>/g;
      return html.replace(styles, "").replace(/\s*<\/body>/, `${(html.match(styles) ?? []).join("")}\n  </body>`);
    },
  },
};

export default defineConfig({
  plugins: [react(), stylesLast],
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
