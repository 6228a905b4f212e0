import type { Candidate, Evidence } from "../../../api/bindings";
import { Differing, EvidenceLine, EvidenceShort } from "../../../shared/Evidence";
import { Key } from "../../../shared/Key";
import { Money } from "../../../shared/Money";
import { text } from "../../../shared/text";
import css from "./Match.module.css";

const words = text.moneyIn.match;

/** The best explanation opened, its rivals on one line each, so that the reader sees why not. */
export function Candidates({ candidates, chosen, onChoose }: { candidates: readonly Candidate[]; chosen: number | null; onChoose: (index: number) => void }) {
  if (candidates.length === 0) return null;
  return (
    <div role="group" aria-label={words.candidates}>
      {candidates.map((candidate, index) =>
        index === chosen ? <Opened key={candidate.key} candidate={candidate} /> : <Rival key={candidate.key} candidate={candidate} onChoose={() => onChoose(index)} />,
      )}
    </div>
  );
}

function Opened({ candidate }: { candidate: Candidate }) {
  return (
    <section className={css.candidate} aria-label={candidate.title} aria-current="true">
      <Key combo={candidate.key} />
      <div>
        <div className="between">
          <h2 className={css.title}>{candidate.title}</h2>
          <span className={css.number}>
            <span className="small sec">{words.kinds[candidate.kind] ?? candidate.kind}</span> <Money value={candidate.open} strong className="h2" />
          </span>
        </div>
        <p className="sec">{candidate.sub}</p>
        <ul className={css.evidence}>
          {candidate.evidence.map((piece, index) => (
            <EvidenceLine key={index} mark={piece.mark} kind={piece.kind} link={piece.route ? <a href={`#${piece.route}`}>{text.common.open}</a> : null}>
              <Sentence piece={piece} />
            </EvidenceLine>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** The piece of the memo in mono; letters that were read differently are underlined. */
function Sentence({ piece }: { piece: Evidence }) {
  const quoted = piece.quote === "" ? "" : [`“${piece.quote}”`, piece.quote].find((form) => piece.sentence.includes(form));
  if (!quoted) return <>{piece.sentence}</>;
  const at = piece.sentence.indexOf(quoted);
  const before = piece.sentence.slice(0, at);
  const after = piece.sentence.slice(at + quoted.length);
  const expected = /^ reads as (\S+)/.exec(after)?.[1] ?? "";
  return (
    <>
      {before}
      <Differing written={piece.quote.replace(/[“”]/g, "")} expected={expected} />
      {after}
    </>
  );
}

function Rival({ candidate, onChoose }: { candidate: Candidate; onChoose: () => void }) {
  return (
    <div className={css.rival} onClick={onChoose}>
      <Key combo={candidate.key} />
      <div>
        <div className="between">
          <button type="button" className={css.rivalTitle} aria-keyshortcuts={candidate.key} onClick={onChoose}>
            {candidate.title}
          </button>
          <Money value={candidate.open} strong />
        </div>
        <p className="small sec">{candidate.sub}</p>
        <EvidenceShort items={candidate.evidence.map((piece) => ({ mark: piece.mark, text: piece.sentence }))} />
      </div>
    </div>
  );
}
