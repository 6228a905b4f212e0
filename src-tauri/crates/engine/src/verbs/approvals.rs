//! Batches, approvals and the outbox.

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `refund_propose`.
pub fn propose_refund(_caller: &Caller<'_>, _input: RefundPropose) -> Result<Batch, ApiError> {
    Err(ApiError::failed("not_built", "refund_propose is not built yet"))
}

/// `batches`.
pub fn batches(_caller: &Caller<'_>, _input: Nothing) -> Result<Batches, ApiError> {
    Err(ApiError::failed("not_built", "batches is not built yet"))
}

/// `batch`.
pub fn batch(_caller: &Caller<'_>, _input: ById) -> Result<Batch, ApiError> {
    Err(ApiError::failed("not_built", "batch is not built yet"))
}

/// `outbox`.
pub fn outbox(_caller: &Caller<'_>, _input: Nothing) -> Result<Outbox, ApiError> {
    Err(ApiError::failed("not_built", "outbox is not built yet"))
}

/// `approve`.
pub fn approve(_caller: &Caller<'_>, _input: Approve) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "approve is not built yet"))
}

/// `resume_all`.
pub fn resume_all(_caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "resume_all is not built yet"))
}

/// `approval_undo`.
pub fn undo_approval(_caller: &Caller<'_>, _input: ById) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "approval_undo is not built yet"))
}

/// `batch_reject`.
pub fn reject(_caller: &Caller<'_>, _input: ById) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "batch_reject is not built yet"))
}

/// `effect_resolve`.
pub fn resolve(_caller: &Caller<'_>, _input: EffectResolve) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "effect_resolve is not built yet"))
}

/// `pause_all`.
pub fn pause_all(_caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "pause_all is not built yet"))
}
