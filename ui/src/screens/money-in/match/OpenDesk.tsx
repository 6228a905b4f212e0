import { useState, type ReactNode } from "react";
import type { Difference, MatchDesk } from "../../../api/bindings";
import { useQueryApi } from "../../../api/hooks";
import { Desk } from "../../../shared/Desk";
import { isNegative, isZero } from "../../../shared/format/money";
import { useKeys } from "../../../shared/keys/useKeys";
import { Problem } from "../../../shared/States";
import { text } from "../../../shared/text";
import { useDecide } from "../../../shared/Undo";
import { Candidates } from "./Candidates";
import { choiceOf, GAPS, usualDifference, type Gap, type Own } from "./choice";
import { Decision } from "./Decision";
import { FileDecision } from "./FileDecision";
import { RawLine, type Place } from "./LineDesk";
import { CreditPanel, FindPanel, NoneOfThese, type Panel } from "./NoneOfThese";
import { OwnChoice } from "./OwnChoice";

const words = text.moneyIn.match;
const MAX_KEYS = ["1", "2", "3", "4", "5"];

/** The decision about one line: candidates, the ways around them, and the bar that books. */
export function OpenDesk({ desk, place, head, onDecided }: { desk: MatchDesk; place: Place | null; head: ReactNode; onDecided: (say: string) => void }) {
  const { line, candidates } = desk;
  const outgoing = isNegative(line.amount);
  const [at, setAt] = useState(0);
  const [own, setOwn] = useState<Own | null>(null);
  const [gap, setGap] = useState<Difference | null>(null);
  const [panel, setPanel] = useState<Panel>(candidates.length === 0 && outgoing ? "file" : null);
  // Counts the times that the founder asked for a category: each puts the cursor into its field.
  const [askedToFile, setAskedToFile] = useState(0);
  const fileIt = () => {
    setPanel("file");
    setAskedToFile((before) => before + 1);
  };
  const candidate = candidates[Math.min(at, candidates.length - 1)];
  const choice = choiceOf(desk, candidate, own, gap);
  const preview = useQueryApi("match_preview", choice ?? { line: line.id, kind: "", targets: [], amounts: [], difference: "none" }, { enabled: choice !== null && panel !== "file" });

  const confirm = useDecide("match_confirm");
  const reject = useDecide("match_reject");
  const snooze = useDecide("snooze");
  const attention = useQueryApi("attention", {});
  const asking = attention.data?.find((decision) => decision.subject === `line:${line.id}` && decision.actions.includes("snooze"));

  const pick = (index: number) => {
    setAt(index);
    setOwn(null);
    setGap(null);
    if (panel === "file") setPanel(null);
  };
  const fresh = preview.data !== undefined && !preview.isPlaceholderData && !preview.data.problem ? preview.data : null;
  const book = async () => {
    if (!choice || !fresh) return;
    if (await confirm.act(choice)) onDecided(words.matched);
  };
  const refuse = async () => {
    if (own) {
      setOwn(null);
      setGap(null);
      return;
    }
    if (!candidate) return;
    if (await reject.act({ line: line.id, kind: candidate.kind, targets: candidate.targets, amounts: [], difference: "none" })) pick(0);
  };
  const tomorrow = async () => {
    if (asking && (await snooze.act({ id: asking.id, until: "" }))) onDecided("");
  };
  const split = () => {
    setPanel(null);
    setOwn((before) => {
      if (before) return { ...before, split: !before.split };
      return candidate?.kind === "invoices" ? { targets: candidate.targets, title: candidate.title, typed: {}, split: true } : null;
    });
  };
  const addInvoice = (number: string, customer: string) => {
    const base: Own = own ?? { targets: panel === "add" && candidate?.kind === "invoices" ? candidate.targets : [], title: panel === "add" ? (candidate?.title ?? customer) : customer, typed: {}, split: false };
    const title = base.targets.length > 0 && !base.title.includes(customer) ? `${base.title}, ${customer}` : base.title;
    setOwn(panel === "add" ? { ...base, title, targets: base.targets.includes(number) ? base.targets : [...base.targets, number] } : { targets: [number], title: customer, typed: {}, split: false });
    setGap(null);
    setPanel(null);
  };

  const offered: Gap[] = own
    ? preview.data && isNegative(preview.data.difference) && !isZero(preview.data.difference)
      ? ["fee", "ask", "open"]
      : []
    : GAPS.filter((one) => candidate?.choices.includes(one));
  const chosenGap = gap ?? (own ? "open" : candidate ? usualDifference(candidate) : "none");
  const canSplit = !outgoing && (own !== null || candidate?.kind === "invoices");
  const filing = panel === "file";
  useKeys("screen", [
    { keys: MAX_KEYS.slice(0, candidates.length), shownKeys: MAX_KEYS.slice(0, Math.min(3, candidates.length)), label: words.candidateKey, hint: candidates.length > 0, enabled: candidates.length > 0, run: (event) => pick(Number(event.key) - 1) },
    { keys: ["A"], label: words.confirmKey, hint: choice !== null, enabled: !filing && choice !== null, run: () => void book() },
    { keys: ["S"], label: words.splitKey, hint: canSplit, enabled: !filing && canSplit, run: split },
    { keys: ["M"], label: words.addKey, hint: canSplit, enabled: !filing && canSplit, run: () => setPanel("add") },
    { keys: ["R"], label: words.rejectKey, hint: choice !== null, enabled: !filing && choice !== null, run: () => void refuse() },
    { keys: ["F"], label: words.feeKey, enabled: !filing && offered.includes("fee"), run: () => setGap("fee") },
    { keys: ["B"], label: words.askKey, enabled: !filing && offered.includes("ask"), run: () => setGap("ask") },
    { keys: ["P"], label: words.openKey, enabled: !filing && offered.includes("open"), run: () => setGap("open") },
    { keys: ["C"], label: words.creditChoiceKey, enabled: !filing && offered.includes("credit"), run: () => setGap("credit") },
    { keys: ["I"], label: words.findKey, enabled: !outgoing, run: () => setPanel("find") },
    { keys: ["L"], label: words.creditKey, enabled: !outgoing, run: () => setPanel("credit") },
    { keys: ["X"], label: words.notCustomerKey, hint: choice === null && !filing, run: fileIt },
    { keys: ["Z"], label: words.tomorrowKey, hint: asking !== undefined && choice === null, enabled: asking !== undefined, run: () => void tomorrow() },
    { keys: ["Esc"], label: text.keys.back, hint: panel !== null, enabled: panel !== null && !(outgoing && candidates.length === 0), whileTyping: true, run: () => setPanel(null) },
  ]);

  const decision = filing ? (
    <FileDecision desk={desk} asked={askedToFile} canGoBack={!(outgoing && candidates.length === 0)} onBack={() => setPanel(null)} onDecided={() => onDecided(words.filed)} place={place} />
  ) : (
    <Decision
      choice={choice}
      preview={preview}
      offered={offered}
      chosen={chosenGap}
      credit={candidate?.credit ?? null}
      onGap={setGap}
      busy={confirm.busy || reject.busy}
      error={confirm.error ?? reject.error}
      onBook={() => void book()}
      onReject={() => void refuse()}
      onSplit={canSplit ? split : null}
      onMerge={canSplit ? () => setPanel("add") : null}
      place={place}
      amount={line.amount}
    />
  );
  return (
    <Desk label={words.desk} decision={decision}>
      {head}
      {own ? <OwnChoice own={own} currency={line.amount.currency} onChange={setOwn} /> : null}
      <Candidates candidates={candidates} chosen={own ? null : Math.min(at, candidates.length - 1)} onChoose={pick} />
      <NoneOfThese
        any={candidates.length > 0}
        outgoing={outgoing}
        filing={filing}
        onFind={() => setPanel("find")}
        onCredit={() => setPanel("credit")}
        onFile={fileIt}
        onTomorrow={asking ? () => void tomorrow() : null}
      />
      <Problem error={snooze.error} />
      {panel === "find" || panel === "add" ? <FindPanel key={panel} adding={panel === "add"} onPick={addInvoice} onClose={() => setPanel(null)} /> : null}
      {panel === "credit" ? <CreditPanel line={line} onDecided={() => onDecided(words.credited)} onClose={() => setPanel(null)} /> : null}
      <RawLine desk={desk} />
    </Desk>
  );
}
