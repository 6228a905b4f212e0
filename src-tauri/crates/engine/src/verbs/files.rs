//! Files in and out: imports, exports.

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `cancel`.
pub fn cancel(_caller: &Caller<'_>, _input: Cancel) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "cancel is not built yet"))
}

/// `import_preview`.
pub fn preview(_caller: &Caller<'_>, _input: ImportStatement) -> Result<ImportPreview, ApiError> {
    Err(ApiError::failed("not_built", "import_preview is not built yet"))
}

/// `imports`.
pub fn imports(_caller: &Caller<'_>, _input: Nothing) -> Result<Imports, ApiError> {
    Err(ApiError::failed("not_built", "imports is not built yet"))
}

/// `import_statement`.
pub fn statement(_caller: &Caller<'_>, _input: ImportStatement) -> Result<Imported, ApiError> {
    Err(ApiError::failed("not_built", "import_statement is not built yet"))
}

/// `import_customers`.
pub fn customers(_caller: &Caller<'_>, _input: ImportTable) -> Result<Imported, ApiError> {
    Err(ApiError::failed("not_built", "import_customers is not built yet"))
}

/// `import_invoices`.
pub fn invoices(_caller: &Caller<'_>, _input: ImportTable) -> Result<Imported, ApiError> {
    Err(ApiError::failed("not_built", "import_invoices is not built yet"))
}

/// `import_undo`.
pub fn undo_import(_caller: &Caller<'_>, _input: ById) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "import_undo is not built yet"))
}

/// `export`.
pub fn export(_caller: &Caller<'_>, _input: Export) -> Result<Written, ApiError> {
    Err(ApiError::failed("not_built", "export is not built yet"))
}
