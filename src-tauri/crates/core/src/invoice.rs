//! Invoices: their number, their payment reference, their state.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::money::Money;

/// Days until an invoice is due, where nobody said otherwise (BL-18).
pub const TERMS_DAYS: u32 = 30;

/// The number of an invoice, receipt or payment: `NB-202611-0139` (BL-18).
///
/// One series per prefix and month, counted from 1 without gaps, given at issue inside the
/// transaction (rule C-14).
pub fn document_number(prefix: &str, month: NaiveDate, count: u32) -> String {
    format!("{prefix}-{:04}{:02}-{count:04}", month.year(), month.month())
}

/// A payment reference: letters of the prefix, seven digits, a check digit (X14, MI-31, TS-25):
/// banks keep letters and digits where they drop everything else.
///
/// `serial` counts up per company and is cut to seven digits.
pub fn reference(prefix: &str, serial: u32) -> String {
    let letters: String =
        prefix.chars().filter(char::is_ascii_alphabetic).take(6).collect::<String>().to_ascii_uppercase();
    let digits = format!("{:07}", serial % 10_000_000);
    let check = check_digit(&digits);
    format!("{letters}{digits}{check}")
}

/// Whether eight digits end in their right check digit.
pub fn reference_is_valid(digits: &str) -> bool {
    digits.len() == 8
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.ends_with(char::from(b'0' + check_value(&digits[..7])))
}

/// The check digit of a string of digits after ISO 7064 MOD 11,10: it finds every single wrong digit
/// and nearly every transposition of neighbours.
pub fn check_digit(digits: &str) -> char {
    char::from(b'0' + check_value(digits))
}

fn check_value(digits: &str) -> u8 {
    let product = digits.bytes().filter(u8::is_ascii_digit).fold(10u32, |product, byte| {
        let sum = (product + u32::from(byte - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    ((11 - product) % 10) as u8
}

/// Where an invoice stands, as the store keeps it. Being paid or overdue is derived, never stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Not issued: no number, no booking, can be changed.
    Draft,
    /// Issued: booked and frozen.
    Issued,
    /// Withdrawn by a reversal.
    Void,
}

/// Where an invoice stands, in the words of its tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    /// Not issued.
    Draft,
    /// Nothing paid yet.
    Open,
    /// Something paid.
    PartlyPaid,
    /// Nothing open, in time.
    Paid,
    /// Nothing open, but the last payment came after the due date.
    PaidLate,
    /// Something open after the due date.
    Overdue,
    /// Withdrawn.
    Void,
    /// The rest will not be paid and was written off.
    WrittenOff,
}

impl InvoiceState {
    /// The word of the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            InvoiceState::Draft => "draft",
            InvoiceState::Open => "open",
            InvoiceState::PartlyPaid => "partly_paid",
            InvoiceState::Paid => "paid",
            InvoiceState::PaidLate => "paid_late",
            InvoiceState::Overdue => "overdue",
            InvoiceState::Void => "void",
            InvoiceState::WrittenOff => "written_off",
        }
    }

    /// Derives the state from what is open on a day.
    pub fn derive(
        stage: Stage,
        total: Money,
        open: Money,
        due: NaiveDate,
        paid_on: Option<NaiveDate>,
        today: NaiveDate,
    ) -> InvoiceState {
        match stage {
            Stage::Draft => InvoiceState::Draft,
            Stage::Void => InvoiceState::Void,
            Stage::Issued if !open.is_positive() => match paid_on {
                Some(day) if day > due => InvoiceState::PaidLate,
                _ => InvoiceState::Paid,
            },
            Stage::Issued if today > due => InvoiceState::Overdue,
            Stage::Issued if open == total => InvoiceState::Open,
            Stage::Issued => InvoiceState::PartlyPaid,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::currency::Currency;

    #[test]
    fn bl_18_numbers_have_prefix_month_and_count() {
        let month = NaiveDate::from_ymd_opt(2025, 8, 31).unwrap();
        assert_eq!(document_number("DEMO-3PL", month, 1), "DEMO-3PL-202508-0001");
    }

    #[test]
    fn iso_7064_mod_11_10_agrees_with_the_standards_own_example() {
        // ISO 7064's worked example for MOD 11,10: 0794 gets the check digit 5.
        assert_eq!(check_digit("0794"), '5');
    }

    #[test]
    fn x14_a_reference_is_letters_seven_digits_and_a_check_digit() {
        let reference = reference("nb-", 1_042_118);
        assert!(reference.starts_with("NB1042118") && reference.len() == 10, "{reference}");
        assert!(reference_is_valid(&reference[2..]));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_found(serial in 0u32..10_000_000, place in 0usize..8, other in 1u8..10) {
            let good = reference("AB", serial);
            let mut digits = good.as_bytes()[2..].to_vec();
            digits[place] = b'0' + (digits[place] - b'0' + other) % 10;
            prop_assert!(!reference_is_valid(std::str::from_utf8(&digits).unwrap()));
        }
    }

    #[test]
    fn the_state_is_derived_from_what_is_open() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        let usd = |m| Money::new(m, Currency::USD);
        let derive = |open, today, paid_on| {
            InvoiceState::derive(Stage::Issued, usd(100), usd(open), day(14), paid_on, today)
        };
        assert_eq!(derive(100, day(14), None), InvoiceState::Open);
        assert_eq!(derive(40, day(14), None), InvoiceState::PartlyPaid);
        assert_eq!(derive(40, day(15), None), InvoiceState::Overdue);
        assert_eq!(derive(0, day(20), Some(day(14))), InvoiceState::Paid);
        assert_eq!(derive(0, day(20), Some(day(16))), InvoiceState::PaidLate);
    }
}
