import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import page from "../../index.html?raw";
import { Starting } from "./Starting";

it("goes on with what the page shows before its scripts", () => {
  expect(page).toContain(`<div id="root">${renderToStaticMarkup(<Starting />)}</div>`);
});
