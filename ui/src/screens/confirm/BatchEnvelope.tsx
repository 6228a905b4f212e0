import { PasswordInput } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useState } from "react";
import type { Batch } from "../../api/bindings";
import { useCommand, useQueryApi, useRelease } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { useKeys } from "../../shared/keys/useKeys";
import { useVoice } from "../../shared/live";
import { Money, useMoneyText } from "../../shared/Money";
import { Seal } from "../../shared/Seal";
import { AttentionPanel, ErrorState, LoadingRows, Problem, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { Countdown } from "../../shared/Undo";
import { When } from "../../shared/When";
import css from "./Confirm.module.css";
import { Frame, useClose, useGuard } from "./Frame";
import { Payees } from "./Payees";

const words = text.confirm;
/** The engine's word for "this is no longer the list that you saw". */
const CHANGED = "approval_changed";

/** The exact list, its seal, and the one button that releases it. */
export function BatchEnvelope({ id }: { id: string }) {
  const batch = useQueryApi("batch", { id }, { keep: false });
  const company = useQueryApi("company", {});
  const approve = useRelease("approve");
  const undo = useCommand("approval_undo");
  const armed = useGuard();
  const voice = useVoice();
  const { close, error: closeError } = useClose();
  const [passphrase, setPassphrase] = useState("");
  const [missing, setMissing] = useState(false);
  // What was looked at: an approval speaks of this digest, whatever arrives meanwhile.
  const [seen, setSeen] = useState<Batch | null>(null);
  const now = batch.data ?? null;
  const shown = seen ?? now;
  // What was approved, sent or taken back by you is simply shown, and so is what changed around the same list, such as a
  // passphrase that is asked for now; a list that changed by itself has to be looked at.
  const same = seen !== null && seen.digest === now?.digest;
  const follows = seen === null || same || now?.state !== "proposed" || (seen.state !== "proposed" && (undo.isSuccess || now.void_reason === null));
  if (now && now !== seen && follows) setSeen(now);

  const isVoid = approve.error?.code === CHANGED || (shown !== null && now !== null && now.state === "proposed" && now.digest !== shown.digest);
  const open = shown !== null && now?.state === "proposed" && !isVoid;

  const release = () => {
    if (!armed || !open || approve.isPending) return;
    if (shown.needs_passphrase && passphrase === "") {
      setMissing(true);
      return;
    }
    approve.mutate(
      { batch: id, digest: shown.digest, passphrase: shown.needs_passphrase ? passphrase : null },
      {
        onSuccess: (done) => voice.say(done.say),
        onError: (error) => error.code === CHANGED && voice.interrupt(words.voidTitle),
        onSettled: () => setPassphrase(""),
      },
    );
  };
  const takeBack = () => undo.mutate({ id }, { onSuccess: (done) => voice.say(done.say) });
  const look = () => {
    setSeen(now);
    approve.reset();
  };
  const leaving = now?.leaving ?? null;
  useKeys("screen", [
    { keys: ["A"], label: words.approveKey, hint: true, enabled: open, run: release },
    { keys: ["U"], label: words.undoKey, hint: leaving !== null, enabled: leaving !== null, run: takeBack },
    { keys: ["Enter"], label: words.look, enabled: isVoid, run: look },
  ]);
  const title = shown ? (words.titles[shown.kind] ?? words.title) : words.title;
  return (
    <Frame
      title={title}
      onClose={close}
      closeError={closeError}
      foot={
        isVoid && now ? (
          <Void why={approve.error?.message ?? now.void_reason} now={now} onLook={look} onLater={close} />
        ) : leaving ? (
          <>
            <Problem error={undo.error} />
            <Countdown
              leaving={leaving}
              total={company.data?.undo_seconds ?? leaving.seconds_left}
              sentence={text.undo.closing}
              undo={
                <Action combo="U" disabled={undo.isPending} onClick={takeBack}>
                  {words.undo}
                </Action>
              }
            />
          </>
        ) : open ? (
          <Buttons
            batch={shown}
            seconds={company.data?.undo_seconds ?? null}
            passphrase={passphrase}
            onPassphrase={(value) => {
              setPassphrase(value);
              setMissing(false);
            }}
            missing={missing}
            busy={approve.isPending}
            onApprove={release}
            onClose={close}
          />
        ) : (
          <div className="between">
            <span className="sec">{now ? (words.states[now.state] ?? now.state) : null}</span>
            <Action onClick={close}>{words.close}</Action>
          </div>
        )
      }
    >
      {approve.error && !isVoid ? (
        <div className={css.problem}>
          <ErrorState title={words.failed} error={approve.error} />
        </div>
      ) : null}
      {undo.data && open ? <p className={css.problem}>{undo.data.say}</p> : null}
      <Reply of={batch} title={text.states.notShown(words.notShown)} loading={<LoadingRows rows={4} height={40} twoLine={false} />}>
        {() => (shown ? <Envelope batch={shown} /> : null)}
      </Reply>
    </Frame>
  );
}

function Envelope({ batch }: { batch: Batch }) {
  return (
    <>
      <p className={`small ${css.frozen}`}>
        <IconLock size={14} stroke={1.7} aria-hidden="true" />
        <span>
          {words.frozen} <When at={batch.frozen_at} />, {words.unchanged}
        </span>
      </p>
      <h2 className="sr">{batch.title}</h2>
      <div className={css.total}>
        <Money value={batch.total} figure />
        <span className="sec">{words.to(batch.items.length, batch.rail)}</span>
      </div>
      {batch.void_reason ? (
        <div className={css.held}>
          <AttentionPanel>
            <strong>{words.changedBefore}</strong> {batch.void_reason}
          </AttentionPanel>
        </div>
      ) : null}
      <Payees batch={batch} />
      <div className={css.facts}>
        <div>
          <span className="sec">{words.after(batch.source)}</span>
          <Money value={batch.balance_after} />
        </div>
        <div>
          <span className="sec">{words.account}</span>
          <span className={`mono small ${css.account}`}>{batch.source_account}</span>
        </div>
        <div className={css.seal}>
          <Seal digest={batch.digest} label={words.seal} />
        </div>
      </div>
      {batch.held.length > 0 ? (
        <div className={css.held}>
          <AttentionPanel>
            {words.held(batch.held.length)}
            <ul>
              {batch.held.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </AttentionPanel>
        </div>
      ) : null}
    </>
  );
}

interface ButtonsProps {
  batch: Batch;
  seconds: number | null;
  passphrase: string;
  onPassphrase: (value: string) => void;
  missing: boolean;
  busy: boolean;
  onApprove: () => void;
  onClose: () => void;
}

function Buttons({ batch, seconds, passphrase, onPassphrase, missing, busy, onApprove, onClose }: ButtonsProps) {
  const money = useMoneyText();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onApprove();
      }}
    >
      {batch.needs_passphrase ? (
        <div className={css.pass}>
          <PasswordInput
            label={words.passphrase}
            value={passphrase}
            autoComplete="off"
            maxLength={1000}
            error={missing ? words.passphraseMissing : undefined}
            onChange={(event) => onPassphrase(event.currentTarget.value)}
          />
        </div>
      ) : null}
      <div className={css.actions}>
        <Action type="submit" look="primary" size="tall" wide combo="A" disabled={busy}>
          {words.approve(money(batch.total))}
        </Action>
        <Action size="tall" onClick={onClose}>
          {words.notNow}
        </Action>
      </div>
      {seconds === null ? null : <p className={`small sec ${css.note}`}>{words.closing(seconds)}</p>}
    </form>
  );
}

/** The button's place when the list is no longer what was looked at. */
function Void({ why, now, onLook, onLater }: { why: string | null; now: Batch; onLook: () => void; onLater: () => void }) {
  const money = useMoneyText();
  const reason = (why ?? "").replace(`${words.voidTitle}.`, "").trim();
  return (
    <div className={css.void} role="alert">
      <h2>{words.voidTitle}</h2>
      <p>
        {reason} {words.newTotal(money(now.total))}
      </p>
      <div className={css.row}>
        <Action look="primary" combo="Enter" onClick={onLook}>
          {words.look}
        </Action>
        <Action onClick={onLater}>{words.later}</Action>
      </div>
    </div>
  );
}
