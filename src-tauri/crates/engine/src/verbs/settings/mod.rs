//! The company, its accounts, rules, security and backups.

mod accounts;
mod backups;
mod company;
mod copies;
mod memory;
mod rates;
mod security;
mod verify;

pub(crate) use accounts::{NewAccount, add_account};
pub use accounts::{account_add, accounts};
pub(crate) use backups::automatic_backup;
pub use backups::{backup, backups};
pub(crate) use company::{check_name, looks_like_email, read_currency, read_day, read_zone};
pub use company::{company, company_save};
pub use copies::{backup_copies, backup_copies_save};
pub(crate) use copies::{copy_backups, folder as backup_folder};
pub use memory::{alias_delete, aliases, rule_delete, rules};
pub use rates::{rate_add, rate_delete, rates};
pub use security::{approval_passphrase_set, security, security_save};
pub use verify::verify;
pub(crate) use verify::verify_books;
