//! Recorded payments and their receipts.

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `payments_index`.
pub fn index(_caller: &Caller<'_>, _input: PaymentsFilter) -> Result<PaymentsIndex, ApiError> {
    Err(ApiError::failed("not_built", "payments_index is not built yet"))
}

/// `payments_rows`.
pub fn rows(_caller: &Caller<'_>, _input: ByKeys) -> Result<Vec<PaymentRow>, ApiError> {
    Err(ApiError::failed("not_built", "payments_rows is not built yet"))
}

/// `payment`.
pub fn detail(_caller: &Caller<'_>, _input: ByNumber) -> Result<PaymentDetail, ApiError> {
    Err(ApiError::failed("not_built", "payment is not built yet"))
}

/// `payment_preview`.
pub fn preview(_caller: &Caller<'_>, _input: PaymentForm) -> Result<PaymentPreview, ApiError> {
    Err(ApiError::failed("not_built", "payment_preview is not built yet"))
}

/// `payment_draft`.
pub fn draft(_caller: &Caller<'_>, _input: Nothing) -> Result<PaymentForm, ApiError> {
    Err(ApiError::failed("not_built", "payment_draft is not built yet"))
}

/// `payment_draft_save`.
pub fn draft_save(_caller: &Caller<'_>, _input: PaymentForm) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "payment_draft_save is not built yet"))
}

/// `payment_record`.
pub fn record(_caller: &Caller<'_>, _input: PaymentForm) -> Result<PaymentRecorded, ApiError> {
    Err(ApiError::failed("not_built", "payment_record is not built yet"))
}

/// `payment_deposit`.
pub fn deposit(_caller: &Caller<'_>, _input: Deposit) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "payment_deposit is not built yet"))
}
