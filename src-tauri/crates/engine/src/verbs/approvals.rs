//! Batches, approvals and the outbox: what the window and the command line may ask of them.

use secrecy::SecretString;

use crate::api::Caller;
use crate::api::types::*;
use crate::approvals::view;
use crate::error::ApiError;

/// Whether approving asks for the approval passphrase. The demo company's is known to everybody.
fn needs_passphrase(caller: &Caller<'_>) -> Result<bool, ApiError> {
    Ok(caller.program.approval_lock()?.is_set()? && !caller.books()?.profile()?.demo)
}

/// `refund_propose`.
pub fn propose_refund(caller: &Caller<'_>, input: RefundPropose) -> Result<Batch, ApiError> {
    view::propose_refund(&caller.books()?, &caller.actor, &input, needs_passphrase(caller)?)
}

/// `batches`.
pub fn batches(caller: &Caller<'_>, _input: Nothing) -> Result<Batches, ApiError> {
    view::batches(&caller.books()?, needs_passphrase(caller)?)
}

/// `batch`.
pub fn batch(caller: &Caller<'_>, input: ById) -> Result<Batch, ApiError> {
    view::batch(&caller.books()?, &input.id, needs_passphrase(caller)?)
}

/// `outbox`.
pub fn outbox(caller: &Caller<'_>, _input: Nothing) -> Result<Outbox, ApiError> {
    view::outbox(&caller.books()?, &caller.program.dispatcher()?.carriers())
}

/// `approve`: the passphrase first, where one is set (security.md 1).
pub fn approve(caller: &Caller<'_>, input: Approve) -> Result<Done, ApiError> {
    if needs_passphrase(caller)? {
        let given = input.passphrase.clone().unwrap_or_default();
        if given.is_empty() {
            return Err(ApiError::founder(
                "passphrase_needed",
                "Type the approval passphrase. Nothing was approved.",
            ));
        }
        caller.program.approval_lock()?.check(&SecretString::from(given))?;
    }
    let done = view::approve(&caller.books()?, &caller.actor, &input)?;
    caller.program.ring();
    Ok(done)
}

/// `resume_all`.
pub fn resume_all(caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    let done = view::resume_all(&caller.books()?, &caller.actor)?;
    caller.program.ring();
    Ok(done)
}

/// `approval_undo`.
pub fn undo_approval(caller: &Caller<'_>, input: ById) -> Result<Done, ApiError> {
    view::undo_approval(&caller.books()?, &caller.actor, &input.id)
}

/// `batch_reject`.
pub fn reject(caller: &Caller<'_>, input: ById) -> Result<Done, ApiError> {
    view::reject(&caller.books()?, &caller.actor, &input.id)
}

/// `effect_resolve`.
pub fn resolve(caller: &Caller<'_>, input: EffectResolve) -> Result<Done, ApiError> {
    let done = view::resolve(&caller.books()?, &caller.actor, &input)?;
    caller.program.ring();
    Ok(done)
}

/// `pause_all`.
pub fn pause_all(caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    view::pause_all(&caller.books()?, &caller.actor)
}
