//! Who the company is: the settings that bookings and papers depend on.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use purser_core::Currency;
use purser_store::StoreError;
use purser_store::tables::{Conn, settings};
use serde::{Deserialize, Serialize};

/// The setting's name.
pub const SETTING: &str = "company";

/// The company profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Legal name.
    pub name: String,
    /// Address with line breaks.
    pub address: String,
    /// Tax number as printed.
    pub tax_id: String,
    /// Where customers ask.
    pub email: String,
    /// Base currency.
    pub currency: Currency,
    /// First day of the books.
    pub books_start: NaiveDate,
    /// Time zone.
    pub zone: Tz,
    /// Prefix of invoice numbers and payment references.
    pub invoice_prefix: String,
    /// Days until an invoice is due.
    pub terms_days: u32,
    /// Seconds in which an approval can be taken back.
    pub undo_seconds: u32,
    /// Whether this is the demo company.
    pub demo: bool,
}

impl Profile {
    /// Reads the profile; a company always has one.
    pub fn load(conn: &Conn) -> Result<Profile, StoreError> {
        settings::get(conn, SETTING)?
            .ok_or_else(|| StoreError::Damaged("the company profile is missing".to_owned()))
    }

    /// The day it is for the company.
    pub fn day(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.zone).date_naive()
    }
}

/// A prefix made of a company's name: the first letters of its words, at most four, `INV` without any.
pub fn prefix_of(name: &str) -> String {
    let letters: String = purser_core::text::folded(name)
        .split(' ')
        .filter(|word| !matches!(*word, "inc" | "llc" | "ltd" | "gmbh" | "co" | "the"))
        .filter_map(|word| word.chars().find(char::is_ascii_alphabetic))
        .take(4)
        .collect::<String>()
        .to_ascii_uppercase();
    if letters.len() < 2 { "INV".to_owned() } else { letters }
}
