import { Checkbox, Select } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { MatchDesk } from "../../../api/bindings";
import { useQueryApi } from "../../../api/hooks";
import { Action } from "../../../shared/Action";
import { useKeys } from "../../../shared/keys/useKeys";
import { useMoneyText } from "../../../shared/Money";
import { isNegative } from "../../../shared/format/money";
import { Problem } from "../../../shared/States";
import { text } from "../../../shared/text";
import { useDecide } from "../../../shared/Undo";
import type { Place } from "./LineDesk";
import css from "./Match.module.css";
import { Where } from "./Where";

const words = text.moneyIn.match;

/**
 * Money that no customer paid: which category it is, and whether this payee always goes there. Where it was asked for by
 * key or button (`asked` is above zero), the cursor goes into the category; elsewhere J and K go on moving.
 */
export function FileDecision({ desk, asked, canGoBack, onBack, onDecided, place }: { desk: MatchDesk; asked: number; canGoBack: boolean; onBack: () => void; onDecided: () => void; place: Place | null }) {
  const categories = useQueryApi("categories", {});
  const [account, setAccount] = useState<string | null>(desk.rule_account);
  const [remember, setRemember] = useState(false);
  const money = useMoneyText();
  const file = useDecide("match_file");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (asked > 0) field.current?.focus();
  }, [asked]);
  const act = async () => {
    if (account && (await file.act({ line: desk.line.id, account, remember }))) onDecided();
  };
  useKeys("screen", [{ keys: ["A"], label: words.confirmKey, hint: account !== null, enabled: account !== null, run: () => void act() }]);
  const known = categories.data?.accounts ?? [];
  const accounts = account !== null && !known.includes(account) ? [account, ...known] : known;
  return (
    <>
      <h2>{isNegative(desk.line.amount) ? words.file.title : words.file.titleIn}</h2>
      <div className={css.fields}>
        <Select
          ref={field}
          label={words.file.category}
          placeholder={words.file.pick}
          description={account !== null && account === desk.rule_account ? words.file.rule : undefined}
          data={accounts}
          value={account}
          onChange={setAccount}
          searchable
          maxDropdownHeight={260}
          inputWrapperOrder={["label", "input", "description", "error"]}
          comboboxProps={{ position: "top-start" }}
        />
        <Checkbox label={words.file.remember} checked={remember} onChange={(event) => setRemember(event.currentTarget.checked)} />
      </div>
      <Problem error={file.error ?? categories.error} />
      <div className={css.actions}>
        {account ? (
          <Action look="primary" size="tall" combo="A" disabled={file.busy} onClick={() => void act()}>
            {words.file.button(money(desk.line.amount, "none"), account)}
          </Action>
        ) : (
          <span className="sec">{words.file.none}</span>
        )}
        {canGoBack ? (
          <Action size="tall" combo="Esc" onClick={onBack}>
            {words.file.back}
          </Action>
        ) : null}
        <Where place={place} amount={desk.line.amount} />
      </div>
    </>
  );
}
