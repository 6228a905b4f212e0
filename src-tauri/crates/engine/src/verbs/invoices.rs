//! Invoices and customers.

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `find_invoices`.
pub fn find(_caller: &Caller<'_>, _input: ByText) -> Result<InvoicesFound, ApiError> {
    Err(ApiError::failed("not_built", "find_invoices is not built yet"))
}

/// `invoices_index`.
pub fn index(_caller: &Caller<'_>, _input: InvoicesFilter) -> Result<InvoicesIndex, ApiError> {
    Err(ApiError::failed("not_built", "invoices_index is not built yet"))
}

/// `invoices_rows`.
pub fn rows(_caller: &Caller<'_>, _input: ByKeys) -> Result<Vec<InvoiceRow>, ApiError> {
    Err(ApiError::failed("not_built", "invoices_rows is not built yet"))
}

/// `invoice`.
pub fn detail(_caller: &Caller<'_>, _input: ByNumber) -> Result<InvoiceDetail, ApiError> {
    Err(ApiError::failed("not_built", "invoice is not built yet"))
}

/// `customers`.
pub fn customers(_caller: &Caller<'_>, _input: ByText) -> Result<CustomersFound, ApiError> {
    Err(ApiError::failed("not_built", "customers is not built yet"))
}

/// `customer_save`.
pub fn customer_save(_caller: &Caller<'_>, _input: CustomerForm) -> Result<CustomerRow, ApiError> {
    Err(ApiError::failed("not_built", "customer_save is not built yet"))
}

/// `invoice_create`.
pub fn create(_caller: &Caller<'_>, _input: InvoiceForm) -> Result<InvoiceMade, ApiError> {
    Err(ApiError::failed("not_built", "invoice_create is not built yet"))
}

/// `invoice_issue`.
pub fn issue(_caller: &Caller<'_>, _input: ByNumber) -> Result<InvoiceMade, ApiError> {
    Err(ApiError::failed("not_built", "invoice_issue is not built yet"))
}

/// `invoice_void`.
pub fn void(_caller: &Caller<'_>, _input: ByNumber) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "invoice_void is not built yet"))
}

/// `invoice_pdf`.
pub fn pdf(_caller: &Caller<'_>, _input: ByNumber) -> Result<Written, ApiError> {
    Err(ApiError::failed("not_built", "invoice_pdf is not built yet"))
}
