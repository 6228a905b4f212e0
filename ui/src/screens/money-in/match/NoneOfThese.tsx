import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { LineRow } from "../../../api/bindings";
import { Action } from "../../../shared/Action";
import { Key } from "../../../shared/Key";
import { ariaKeys } from "../../../shared/keys/combo";
import { Money } from "../../../shared/Money";
import { Problem, Reply } from "../../../shared/States";
import { text } from "../../../shared/text";
import { useDecide } from "../../../shared/Undo";
import { useSearch } from "../../../shared/useSearch";
import { When } from "../../../shared/When";
import css from "./Match.module.css";

const words = text.moneyIn.match;
const TYPING_MS = 150;

/** What is opened under the candidates; `file` takes the decision bar. */
export type Panel = "find" | "add" | "credit" | "file" | null;

/** The ways around the candidates, each with its key. */
export function NoneOfThese({ any, outgoing, filing, onFind, onCredit, onFile, onTomorrow }: {
  any: boolean;
  outgoing: boolean;
  /** The bar asks for the category already. */
  filing: boolean;
  onFind: () => void;
  onCredit: () => void;
  onFile: () => void;
  onTomorrow: (() => void) | null;
}) {
  if (outgoing && filing && !onTomorrow) return null;
  return (
    <div className={`small ${css.none}`}>
      <span>{any ? words.noneOfThese : words.nothingFits}</span>
      {outgoing ? null : (
        <>
          <Option combo="I" onClick={onFind}>{words.find}</Option>
          <Option combo="L" onClick={onCredit}>{words.credit}</Option>
        </>
      )}
      {filing ? null : <Option combo="X" onClick={onFile}>{outgoing ? words.file.title : words.notCustomer}</Option>}
      {onTomorrow ? <Option combo="Z" onClick={onTomorrow}>{words.tomorrow}</Option> : null}
    </div>
  );
}

function Option({ combo, onClick, children }: { combo: string; onClick: () => void; children: string }) {
  return (
    <button type="button" className={css.option} aria-keyshortcuts={ariaKeys(combo)} onClick={onClick}>
      <Key combo={combo} />
      {children}
    </button>
  );
}

/** Any invoice, open ones first. What was found for other words than those typed now cannot be taken. */
export function FindPanel({ adding, onPick, onClose }: { adding: boolean; onPick: (number: string, customer: string) => void; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const { of: found, asked, answered } = useSearch("find_invoices", typed, TYPING_MS);
  return (
    <PanelFrame title={adding ? words.add : words.find} hint={words.findHint} typed={typed} onType={setTyped} onClose={onClose}>
      <Reply of={found} title={text.states.notShown(words.find)}>
        {(data) =>
          data.invoices.length === 0 ? (
            <p className="sec">{answered ? words.findNone(asked) : text.lists.looking(typed)}</p>
          ) : (
            data.invoices.map((row) => (
              <button key={row.id} type="button" className={css.hit} disabled={!answered} onClick={() => onPick(row.number, row.customer)}>
                <span className="name">{row.customer}</span>
                <Money value={row.open} strong />
                <span className="small sec">
                  {row.number}, {text.moneyIn.invoices.dueOn} <When at={row.due} as="date" />
                </span>
                <span className="small sec right">{words.open}</span>
              </button>
            ))
          )
        }
      </Reply>
    </PanelFrame>
  );
}

/** The money stays with a customer until it is used. */
export function CreditPanel({ line, onDecided, onClose }: { line: LineRow; onDecided: () => void; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const { of: found, asked, answered } = useSearch("customers", typed, TYPING_MS);
  const credit = useDecide("match_credit");
  const keep = async (customer: string) => {
    if (await credit.act({ line: line.id, customer })) onDecided();
  };
  return (
    <PanelFrame title={words.credit} hint={words.creditHint} typed={typed} onType={setTyped} onClose={onClose}>
      <Problem error={credit.error} />
      <Reply of={found} title={text.states.notShown(words.credit)}>
        {(data) =>
          data.customers.length === 0 ? (
            <p className="sec">{answered ? words.creditNone(asked) : text.lists.looking(typed)}</p>
          ) : (
            data.customers.map((row) => (
              <button key={row.id} type="button" className={css.hit} disabled={credit.busy || !answered} onClick={() => void keep(row.id)}>
                <span className="name">{row.name}</span>
                <Money value={row.open} tone="secondary" />
                <span className="small sec">{row.email}</span>
                <span className="small sec right">{words.creditOpen(row.open_count)}</span>
              </button>
            ))
          )
        }
      </Reply>
    </PanelFrame>
  );
}

function PanelFrame({ title, hint, typed, onType, onClose, children }: { title: string; hint: string; typed: string; onType: (text: string) => void; onClose: () => void; children: React.ReactNode }) {
  return (
    <section className={css.panel} aria-label={title}>
      <div className={css.panelHead}>
        <h2>{title}</h2>
        <Action look="plain" combo="Esc" onClick={onClose}>
          {text.common.close}
        </Action>
      </div>
      <TextInput aria-label={title} placeholder={hint} value={typed} maxLength={200} autoComplete="off" autoFocus onChange={(event) => onType(event.currentTarget.value)} />
      <div className={css.hits}>{children}</div>
    </section>
  );
}
