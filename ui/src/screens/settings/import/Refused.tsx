import type { RejectedLine } from "../../../api/bindings";
import { AttentionPanel } from "../../../shared/States";
import { text } from "../../../shared/text";
import css from "./Import.module.css";

const words = text.settings.accounts;
const SHOWN = 50;

/** Each refused row with its line number and its reason, whole. */
export function Refused({ rejected, file, tried }: { rejected: readonly RejectedLine[]; file: string; tried: boolean }) {
  if (rejected.length === 0) return null;
  return (
    <AttentionPanel>
      <h3>{tried ? text.importing.failed(file) : words.refuse(rejected.length)}</h3>
      {tried ? <p>{words.rejected(rejected.length)}</p> : null}
      <ul className={css.refused}>
        {rejected.slice(0, SHOWN).map((row, index) => (
          <li key={index}>
            <span className="num sec">{words.line(row.line)}</span>
            <span>{row.reason}</span>
          </li>
        ))}
      </ul>
    </AttentionPanel>
  );
}
