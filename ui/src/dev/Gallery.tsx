import { createRoot } from "react-dom/client";
import "../app/styles";
import { Providers } from "../app/Providers";
import { ApiError } from "../api/client";
import { Action } from "../shared/Action";
import { FormatProvider } from "../shared/company";
import { Money } from "../shared/Money";
import { Progress } from "../shared/Progress";
import { SearchField } from "../shared/SearchField";
import { ClearedState, EmptyState, ErrorState, LoadingRows, OfflineBanner } from "../shared/States";
import { TwoLine } from "../shared/Line";
import { usd } from "./money";

const box = { border: "1px solid var(--hair2)", borderRadius: 8, background: "var(--surface)", display: "flex", flexDirection: "column", overflow: "hidden" } as const;
const Head = ({ note }: { note: string }) => (
  <div className="between" style={{ padding: "10px 16px", borderBottom: "1px solid var(--hair)" }}>
    <strong>Bank lines</strong>
    <span className="small sec">{note}</span>
  </div>
);

createRoot(document.getElementById("root")!).render(
  <Providers>
    <FormatProvider format={{ currency: "USD", locale: "en-US" }}>
      <main style={{ display: "grid", gridTemplate: "1fr 1fr / 1fr 1fr 1fr", gap: 16, padding: 20, height: "100%", background: "var(--chrome)" }}>
        <section style={box}>
          <Head note="Empty, nothing connected yet" />
          <EmptyState title="No bank lines yet" actions={<><Action look="primary">Choose a file</Action><Action>Connect a bank</Action></>}>
            Drop the CSV file of your bank here. Purser then proposes which invoice each transfer pays.
          </EmptyState>
        </section>
        <section style={box}>
          <Head note="Empty, all cleared" />
          <ClearedState title="All 14 lines are matched" actions={<><Action combo="U">Undo the last one</Action><Action look="plain">See what was booked</Action></>}>
            $23,114.00 placed in 3 min 12 s. Next transfers are read at 08:55.
          </ClearedState>
        </section>
        <section style={box}>
          <Head note="Loading, after 200 ms only" />
          <LoadingRows />
          <div style={{ marginTop: "auto", borderTop: "1px solid var(--hair)", padding: "4px 16px" }}>
            <Progress what="Reading mercury-2026.csv, line 61,200 of 100,000" done={61200} total={100000} onCancel={() => undefined} />
          </div>
        </section>
        <section style={box}>
          <Head note="Offline" />
          <OfflineBanner action={<a href="#/automations/outbox">Outbox</a>}>
            <strong>No network since 07:52.</strong> You can go on working. 3 emails and 1 receipt wait in the outbox.
          </OfflineBanner>
          <TwoLine title="ATLAS FREIGHT LLC" reason={<span className="mono">ATLAS INV 0131</span>} age="17 Nov" amount={<Money value={usd("3600.00")} />} />
        </section>
        <section style={box}>
          <Head note="Error, one file refused" />
          <div style={{ padding: 16 }}>
            <ErrorState
              title="mercury-oct.csv was not imported"
              error={new ApiError("rows", "Line 214 has 5 columns, the header has 6. Nothing from this file was booked; your books are as they were.", "213  2026-10-19,WIRE IN,KESTREL,4785.00,,84210\n214  2026-10-19,ACH CREDIT,BRIGHTWELL,588.00,84798")}
              actions={<><Action look="primary">Map the columns</Action><Action>Skip line 214</Action></>}
            />
          </div>
        </section>
        <section style={box}>
          <Head note="Filtered to nothing" />
          <div style={{ padding: "8px 16px" }}>
            <SearchField label="Filter" placeholder="" value="4785 kestral" onChange={() => undefined} />
          </div>
          <EmptyState title="Nothing matches “4785 kestral”" actions={<><Action look="primary">Show that line</Action><Action>Clear filter</Action></>}>
            One line has $4,785.00, from KESTREL LOGISTICS INTE on 16 Nov. Searched this year, all accounts.
          </EmptyState>
        </section>
      </main>
    </FormatProvider>
  </Providers>,
);
