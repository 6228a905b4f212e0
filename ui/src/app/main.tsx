import "./styles";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { Providers } from "./Providers";
import { parseRoute } from "../shared/route";
import { readAhead } from "./screens";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
readAhead(parseRoute(window.location.hash).section);
createRoot(root).render(
  <Providers>
    <App />
  </Providers>,
);
