//! Who the company is.

use chrono::NaiveDate;
use chrono_tz::Tz;
use purser_core::Currency;
use purser_core::text::{MEMO_CHARS, NAME_CHARS, bounded, one_line};
use purser_store::tables::{journal, settings};
use serde_json::{Map, Value};

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::profile::{Profile, SETTING};

/// Longest undo window (WCAG 2.2.1 asks that it can be set longer).
const UNDO_SECONDS_MAX: u32 = 300;
/// Longest terms.
const TERMS_DAYS_MAX: u32 = 365;

/// `company`.
pub fn company(caller: &Caller<'_>, _input: Nothing) -> Result<Company, ApiError> {
    Ok(Company::from(caller.books()?.profile()?))
}

impl From<Profile> for Company {
    fn from(profile: Profile) -> Company {
        Company {
            name: profile.name,
            address: profile.address,
            tax_id: profile.tax_id,
            email: profile.email,
            currency: profile.currency.code().to_owned(),
            books_start: profile.books_start.to_string(),
            zone: profile.zone.name().to_owned(),
            invoice_prefix: profile.invoice_prefix,
            terms_days: profile.terms_days,
            undo_seconds: profile.undo_seconds,
        }
    }
}

/// `company_save`.
pub fn company_save(caller: &Caller<'_>, input: Company) -> Result<Done, ApiError> {
    caller.books()?.decide(&caller.actor, move |tx, moment| {
        let before = moment.profile.clone();
        let after = checked(&before, input)?;
        if journal::total(tx)? > 0 {
            fixed("The base currency", before.currency.code(), after.currency.code())?;
            fixed("The books' start", &before.books_start.to_string(), &after.books_start.to_string())?;
        }
        let changes = changes(&before, &after);
        if changes.is_empty() {
            return Ok(Done {
                sequence: tx_sequence(tx)?,
                say: "Nothing was changed.".to_owned(),
                undo: None,
            });
        }
        let names: Vec<String> = changes.keys().map(|name| name.replace('_', " ")).collect();
        settings::set(tx, SETTING, &after)?;
        let seq = tx.audit(moment.audit("company.save", "company", Value::Object(changes)))?;
        Ok(Done { sequence: seq.unsigned_abs(), say: format!("Saved: {}.", names.join(", ")), undo: None })
    })
}

fn tx_sequence(tx: &purser_store::WriteTx<'_>) -> Result<u64, ApiError> {
    let keys = journal::audit_index(tx, "")?;
    Ok(keys.first().map_or(0, |seq| seq.unsigned_abs()))
}

fn fixed(what: &str, before: &str, after: &str) -> Result<(), ApiError> {
    if before == after {
        return Ok(());
    }
    Err(ApiError::usage(
        "company_fixed",
        format!(
            "{what} stays {before}: the books have entries. A company with another one needs its own data folder."
        ),
    ))
}

/// The form as a profile, or what is wrong with it.
fn checked(before: &Profile, input: Company) -> Result<Profile, ApiError> {
    let too_long = |what: &str, limit: usize| {
        ApiError::usage("company_text", format!("{what} is longer than {limit} characters."))
    };
    if input.address.chars().count() > MEMO_CHARS {
        return Err(too_long("The address", MEMO_CHARS));
    }
    for (what, text) in [("The tax number", &input.tax_id), ("The email address", &input.email)] {
        if text.chars().count() > NAME_CHARS {
            return Err(too_long(what, NAME_CHARS));
        }
    }
    let email = one_line(&input.email, NAME_CHARS);
    if !email.is_empty() && !looks_like_email(&email) {
        return Err(ApiError::usage("company_email", format!("“{email}” is not an email address.")));
    }
    if input.terms_days > TERMS_DAYS_MAX {
        return Err(ApiError::usage("company_terms", "Invoices are due after 0 to 365 days."));
    }
    if input.undo_seconds > UNDO_SECONDS_MAX {
        return Err(ApiError::usage("company_undo", "The undo window is 0 to 300 seconds."));
    }
    Ok(Profile {
        name: check_name(&input.name)?,
        address: input.address.trim().to_owned(),
        tax_id: one_line(&input.tax_id, NAME_CHARS),
        email,
        currency: read_currency(&input.currency)?,
        books_start: read_day("The books' start", &input.books_start)?,
        zone: read_zone(&input.zone)?,
        invoice_prefix: check_prefix(&input.invoice_prefix)?,
        terms_days: input.terms_days,
        undo_seconds: input.undo_seconds,
        demo: before.demo,
    })
}

/// A company's name: one line, not empty.
pub(crate) fn check_name(name: &str) -> Result<String, ApiError> {
    let name = one_line(&bounded(name, NAME_CHARS + 1), NAME_CHARS + 1);
    match name.chars().count() {
        0 => Err(ApiError::usage("company_name", "A company needs a name.")),
        length if length > NAME_CHARS => {
            Err(ApiError::usage("company_name", format!("A name has at most {NAME_CHARS} characters.")))
        }
        _ => Ok(name),
    }
}

/// A base currency: money that banks keep.
pub(crate) fn read_currency(code: &str) -> Result<Currency, ApiError> {
    Ok(Currency::from_code(code)?)
}

/// A day of a form.
pub(crate) fn read_day(what: &str, text: &str) -> Result<NaiveDate, ApiError> {
    text.trim().parse().map_err(|_| {
        let shown = one_line(text, 40);
        ApiError::usage("date", format!("{what} “{shown}” is not a day. Write it as 2026-11-17."))
    })
}

/// A time zone of the IANA list.
pub(crate) fn read_zone(name: &str) -> Result<Tz, ApiError> {
    name.trim().parse().map_err(|_| {
        let shown = one_line(name, 60);
        ApiError::usage("zone", format!("“{shown}” is not a time zone. Write it as America/New_York or UTC."))
    })
}

fn check_prefix(prefix: &str) -> Result<String, ApiError> {
    let prefix = prefix.trim().to_ascii_uppercase();
    let plain = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let begins = prefix.starts_with(|first: char| first.is_ascii_alphabetic());
    if plain && begins && (2..=6).contains(&prefix.len()) {
        return Ok(prefix);
    }
    let shown = one_line(&prefix, 20);
    Err(ApiError::usage(
        "company_prefix",
        format!(
            "“{shown}” cannot stand before invoice numbers: use 2 to 6 letters and digits, a letter first."
        ),
    ))
}

pub(crate) fn looks_like_email(text: &str) -> bool {
    let parts: Vec<&str> = text.split('@').collect();
    parts.len() == 2 && parts.iter().all(|part| !part.is_empty()) && !text.contains(char::is_whitespace)
}

/// The fields that differ, each with its new value.
fn changes(before: &Profile, after: &Profile) -> Map<String, Value> {
    let fields = |profile: &Profile| match serde_json::to_value(profile) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let before = fields(before);
    fields(after).into_iter().filter(|(name, value)| before.get(name) != Some(value)).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("nb", Some("NB"))]
    #[case(" ACME01 ", Some("ACME01"))]
    #[case("N", None)]
    #[case("1AB", None)]
    #[case("N-B", None)]
    #[case("ABCDEFG", None)]
    #[case("ÄB", None)]
    fn a_prefix_is_two_to_six_letters_and_digits(#[case] typed: &str, #[case] kept: Option<&str>) {
        assert_eq!(check_prefix(typed).ok().as_deref(), kept);
    }

    #[test]
    fn a_name_is_one_line_and_never_empty() {
        assert_eq!(check_name("  North\u{202E}beam \n Inc ").unwrap(), "North beam Inc");
        assert_eq!(check_name(" \u{200B} ").unwrap_err().code, "company_name");
        assert!(check_name(&"x".repeat(NAME_CHARS)).is_ok());
        assert!(check_name(&"x".repeat(NAME_CHARS + 1)).is_err());
    }

    #[test]
    fn a_zone_is_one_of_the_iana_list() {
        assert_eq!(read_zone("America/New_York").unwrap(), chrono_tz::America::New_York);
        assert_eq!(read_zone("Mars/Olympus").unwrap_err().code, "zone");
    }
}
