//! Every verb of the application interface, by area: the list is `api/methods.rs`.

pub mod approvals;
pub mod files;
pub mod host;
pub mod invoices;
pub mod ledger;
pub mod matching;
pub mod payments;
pub mod search;
pub mod settings;
pub mod today;
pub mod undo;
