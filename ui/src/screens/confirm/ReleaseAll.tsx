import { useQueryApi, useRelease } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { useKeys } from "../../shared/keys/useKeys";
import { useVoice } from "../../shared/live";
import { Money } from "../../shared/Money";
import { ErrorState, LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { When } from "../../shared/When";
import css from "./Confirm.module.css";
import { Frame, useClose, useGuard } from "./Frame";

const words = text.confirm;

/** Everything that the pause holds, in the order in which it would leave. */
export function ReleaseAll() {
  const outbox = useQueryApi("outbox", {});
  const resume = useRelease("resume_all");
  const armed = useGuard();
  const voice = useVoice();
  const { close, error: closeError } = useClose();
  const paused = outbox.data?.paused_since ?? null;
  const waiting = (outbox.data?.effects ?? []).filter((effect) => effect.state === "queued" || effect.state === "held");
  // What waits for an approval of its own is listed, but does not leave with the others.
  const leaves = waiting.filter((effect) => effect.state === "queued").length;
  const release = () => {
    if (!armed || paused === null || resume.isPending) return;
    resume.mutate({}, { onSuccess: (done) => voice.say(done.say) });
  };
  useKeys("screen", [{ keys: ["A"], label: words.approveKey, hint: true, enabled: paused !== null, run: release }]);
  return (
    <Frame
      title={words.resumeTitle}
      onClose={close}
      closeError={closeError}
      foot={
        resume.data || (outbox.data && paused === null) ? (
          <div className="between">
            <span role="status">{resume.data?.say ?? words.resume.notPaused}</span>
            <Action onClick={close}>{words.close}</Action>
          </div>
        ) : (
          <div className={css.actions}>
            <Action look="primary" size="tall" wide combo="A" disabled={resume.isPending} onClick={release}>
              {words.resume.button(leaves)}
            </Action>
            <Action size="tall" onClick={close}>
              {words.notNow}
            </Action>
          </div>
        )
      }
    >
      {resume.error ? <ErrorState title={words.resume.failed} error={resume.error} /> : null}
      <Reply of={outbox} title={text.states.notShown(words.resume.waiting)} loading={<LoadingRows rows={4} height={36} twoLine={false} />}>
        {() => (
          <>
            {paused ? (
              <p className="small sec">
                {words.resume.since} <When at={paused} />
              </p>
            ) : null}
            <h2>{words.resume.heldTitle(waiting.length)}</h2>
            <p className="sec">{words.resume.sentence}</p>
            {waiting.some((effect) => effect.state === "held") ? <p className="sec">{words.resume.held}</p> : null}
            <ul className={css.list} aria-label={words.resume.waiting}>
              {waiting.map((effect) => (
                <li key={effect.id}>
                  <span>
                    {effect.title}
                    <span className={`small sec ${css.what}`}>{effect.waits_for}</span>
                  </span>
                  {effect.amount ? <Money value={effect.amount} strong /> : null}
                </li>
              ))}
            </ul>
          </>
        )}
      </Reply>
    </Frame>
  );
}
