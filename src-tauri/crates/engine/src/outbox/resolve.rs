//! The founder says what became of an effect that nobody can be asked about.

use purser_core::outbox::{EffectState, Outcome};
use purser_store::WriteTx;
use purser_store::tables::batches::{self, ItemState};
use purser_store::tables::{attention, effects};
use serde_json::json;

use super::record::{Half, Tried, record};
use crate::approvals::settle_state;
use crate::books::Moment;
use crate::error::ApiError;

/// What the founder knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It arrived.
    Sent,
    /// Send it once more.
    Again,
    /// Leave it.
    Drop,
}

impl Answer {
    /// The answer of its name on the wire.
    pub fn parse(name: &str) -> Result<Answer, ApiError> {
        match name {
            "sent" => Ok(Answer::Sent),
            "again" => Ok(Answer::Again),
            "drop" => Ok(Answer::Drop),
            _ => Err(ApiError::usage("answer", "The answer is sent, again or drop.")),
        }
    }
}

/// Ends an unknown effect as the founder says, or gives a failed one that is no money another chance.
/// Returns what was done, in words.
pub fn resolve(tx: &WriteTx<'_>, moment: &Moment, id: &str, answer: Answer) -> Result<String, ApiError> {
    let effect = effects::get(tx, id)?.ok_or_else(|| ApiError::unknown("effect", id))?;
    let is_question = match effect.state {
        EffectState::Unknown => true,
        EffectState::Failed => effect.batch_item.is_none() && answer != Answer::Sent,
        _ => false,
    };
    if !is_question {
        let now = effect.state.as_str();
        return Err(ApiError::failed(
            "effect_state",
            format!("Nothing was changed: “{}” is {now} and needs no answer.", effect.title),
        ));
    }
    crash_point!("outbox.resolving");
    match answer {
        Answer::Sent => {
            let outcome = Outcome::Accepted("as the founder said".to_owned());
            record(tx, moment, effect.key, Tried::Founder, &outcome, Half::Both)?;
            Ok(format!("{}: noted as sent", effect.title))
        }
        Answer::Again if effect.state == EffectState::Unknown => {
            let outcome = Outcome::NotSent("the founder said: send it again".to_owned());
            let state = record(tx, moment, effect.key, Tried::Founder, &outcome, Half::Both)?;
            Ok(match state {
                Some(EffectState::Held) => format!("{}: waits for your approval", effect.title),
                Some(EffectState::Cancelled) => {
                    format!("{}: is not wanted any more, and stays here", effect.title)
                }
                _ => format!("{}: goes once more", effect.title),
            })
        }
        Answer::Again => {
            end(tx, moment, &effect, EffectState::Queued)?;
            Ok(format!("{}: goes once more", effect.title))
        }
        Answer::Drop => {
            end(tx, moment, &effect, EffectState::Cancelled)?;
            Ok(format!("{}: dropped", effect.title))
        }
    }
}

fn end(tx: &WriteTx<'_>, moment: &Moment, effect: &effects::Effect, to: EffectState) -> Result<(), ApiError> {
    effects::change(tx, effect.key, effect.state, to, moment.at, None)?;
    if let Some(item) = effect.batch_item {
        let item = batches::item_by_key(tx, item)?.ok_or_else(|| ApiError::unknown("payment", &effect.id))?;
        batches::set_item_state(tx, item.key, ItemState::Failed)?;
        settle_state(tx, moment, item.batch)?;
    }
    let subject = format!("effect:{}", effect.id);
    attention::resolve(tx, &subject, None, moment.at)?;
    let detail = json!({ "kind": effect.kind, "title": effect.title, "state": to.as_str() });
    tx.audit(moment.audit("effect.resolve", subject, detail))?;
    Ok(())
}
