import { useState } from "react";
import { useQueryApi } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { useMoneyText } from "../../shared/Money";
import { LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { When } from "../../shared/When";
import { Postings, Why } from "../../shared/Why";
import css from "./Ledger.module.css";

/** Postings, then why this amount, then who booked it. */
export function EntryOpened({ entry }: { entry: number }) {
  const detail = useQueryApi("entry", { id: String(entry) }, { keep: false });
  const money = useMoneyText();
  const [raw, setRaw] = useState(false);
  return (
    <div className={css.opened}>
      <Reply of={detail} title={text.states.notShown(`${text.ledger.entry} ${entry}`)} loading={<LoadingRows rows={2} height={30} twoLine={false} />}>
        {(data) => (
          <>
            <div className={css.openedColumn}>
              <Postings rows={data.postings} dense={false} />
              {data.why.length > 0 ? (
                <div className={css.why}>
                  <Why
                    title={text.ledger.whyTitle(money(data.row.amount))}
                    parts={data.why.map((part) => ({ label: part.text, amount: part.amount, href: part.route ? `#${part.route}` : undefined }))}
                    sum={{ label: data.row.text, amount: data.row.amount }}
                  />
                </div>
              ) : null}
            </div>
            {raw && data.raw ? <pre className={css.raw} tabIndex={0} aria-label={text.states.details}>{data.raw}</pre> : null}
            <p className={css.booked}>
              <span>
                {text.ledger.booked} <When at={data.booked_at} /> {data.by}
              </span>
              <span>
                {text.ledger.seal} <span className="mono">{data.seal}</span>
              </span>
              {data.reverses !== null ? <a href={`#/ledger/journal/${data.reverses}`}>{text.ledger.reversalOf(data.reverses)}</a> : null}
              {data.reversed_by !== null ? <a href={`#/ledger/journal/${data.reversed_by}`}>{text.ledger.reversedBy(data.reversed_by)}</a> : null}
              {data.raw ? (
                <Action look="link" onClick={() => setRaw(!raw)} aria-expanded={raw}>
                  {raw ? text.ledger.hideRaw : text.ledger.raw}
                </Action>
              ) : null}
            </p>
          </>
        )}
      </Reply>
    </div>
  );
}
