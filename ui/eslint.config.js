// Lint: one file, no presets that need the TypeScript 6 API. Types are checked by tsc;
// this file keeps the import arrows (shared → screens → app) and a few habits.
import babel from "@babel/eslint-parser";
import hooks from "eslint-plugin-react-hooks";

/** Files may import downwards only; each entry names what its folder must not reach. */
const arrow = (files, patterns) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns }] },
});

export default [
  { ignores: ["dist/**", "node_modules/**", "src/api/bindings.ts"] },
  {
    files: ["**/*.ts", "**/*.tsx"],
    languageOptions: {
      parser: babel,
      parserOptions: {
        requireConfigFile: false,
        babelOptions: {
          babelrc: false,
          configFile: false,
          parserOpts: { plugins: ["typescript", "jsx"] },
        },
      },
    },
    plugins: { "react-hooks": hooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "no-eval": "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-empty": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.name='parseFloat'], CallExpression[callee.object.name='Number'][callee.property.name='parseFloat']",
          message: "Amounts are strings from the store; the UI does no arithmetic on money.",
        },
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Text from outside is rendered as text.",
        },
      ],
    },
  },
  arrow(["src/shared/**"], [
    { group: ["**/screens/**", "**/app/**"], message: "shared knows neither screens nor app." },
    { group: ["@tauri-apps/*"], message: "Only src/api talks to the shell." },
  ]),
  arrow(["src/api/**"], [{ group: ["**/screens/**", "**/app/**"], message: "api knows neither screens nor app." }]),
  arrow(["src/screens/**"], [
    { group: ["**/app/**"], message: "A screen is mounted by app; it never imports it." },
    { group: ["@tauri-apps/*"], message: "Only src/api talks to the shell." },
  ]),
  arrow(["src/app/**"], [{ group: ["**/dev/**"], message: "dev fixtures never reach production code." }]),
];
