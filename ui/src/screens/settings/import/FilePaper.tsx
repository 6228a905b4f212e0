import type { ImportPreview } from "../../../api/bindings";
import { Money } from "../../../shared/Money";
import { text } from "../../../shared/text";
import { When } from "../../../shared/When";
import css from "./Import.module.css";

const words = text.importing;

/** The file as it is, and its first rows as they would be booked, or as they were. */
export function FilePaper({ preview, path, booked }: { preview: ImportPreview | undefined; path: string; booked: boolean }) {
  return (
    <div className={css.paper}>
      <div className="label">{words.file}</div>
      <p className={css.path}>{path}</p>
      {preview ? (
        <>
          <pre className={css.lines} tabIndex={0} aria-label={words.firstLines}>
            {preview.head.map((line, index) => (
              <span key={index} className={css.line}>
                <span className={css.number}>{index + 1}</span>
                {line}
              </span>
            ))}
          </pre>
          <h2 className={css.asBooked}>{booked ? words.wasBooked : words.asBooked}</h2>
          <ul>
            {preview.rows.slice(0, 12).map((row) => (
              <li key={row.line} className={css.row}>
                <div className="between">
                  <span className="name clip" title={row.payer}>
                    {row.payer || words.noName}
                  </span>
                  <Money value={row.amount} sign="movement" />
                </div>
                <div className="between small sec">
                  <span className="mono">{row.description}</span>
                  <When at={row.date} as="date" />
                </div>
              </li>
            ))}
          </ul>
          <p className="small sec">{words.total(preview.total)}</p>
        </>
      ) : null}
    </div>
  );
}
