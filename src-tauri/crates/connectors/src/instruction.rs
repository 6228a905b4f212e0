//! A payment as it is handed to a rail: the bytes that an approval freezes.

use purser_core::Money;
use purser_core::approval::sha256_hex;
use serde::{Deserialize, Serialize};

/// One payment. Field order is part of the frozen bytes; nothing is ever removed or renamed here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentInstruction {
    /// The payout's id.
    pub id: String,
    /// The day it was proposed, ISO.
    pub on: String,
    /// The account that the money leaves.
    pub from: String,
    /// The payee's name.
    pub to: String,
    /// The full destination, unmasked.
    pub destination: String,
    /// How much: a decimal string and a currency code.
    pub money: Money,
    /// What for.
    pub text: String,
}

impl PaymentInstruction {
    /// The frozen bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads frozen bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<PaymentInstruction, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// The fingerprint of a full destination, as approvals cover it.
pub fn destination_fingerprint(destination: &str) -> String {
    sha256_hex(destination.as_bytes())
}

/// A destination for the screen: of each run of more than four digits only the last four.
///
/// `DE89 3704 0044 0532 0130 00` becomes `DE••3000`; words stay, so that `the account it came from` is readable.
pub fn masked(destination: &str) -> String {
    let mut out = String::with_capacity(destination.len());
    let mut run = String::new();
    for c in destination.chars().chain(['\n']) {
        // Spaces and hyphens inside a number do not end it.
        if c.is_ascii_digit() || (!run.is_empty() && matches!(c, ' ' | '-')) {
            run.push(c);
            continue;
        }
        out.push_str(&masked_run(&run));
        run.clear();
        if c != '\n' {
            out.push(c);
        }
    }
    out.trim_end().to_owned()
}

/// A run of digits, spaces and hyphens: more than four digits are shortened to the last four.
fn masked_run(run: &str) -> String {
    let digits: Vec<char> = run.chars().filter(char::is_ascii_digit).collect();
    if digits.len() <= 4 {
        return run.to_owned();
    }
    let last: String = digits[digits.len() - 4..].iter().collect();
    let after = &run[run.trim_end_matches([' ', '-']).len()..];
    format!("••{last}{after}")
}

#[cfg(test)]
mod tests {
    use purser_core::Currency;

    use super::*;

    #[test]
    fn an_account_number_is_masked_to_its_last_four_digits() {
        for (full, shown) in [
            ("4821 7730 1184", "••1184"),
            ("account 00048217730, routing 021000021", "account ••7730, routing ••0021"),
            (
                "The account it came from: Nordhavn A/S, wire 8841",
                "The account it came from: Nordhavn A/S, wire 8841",
            ),
            ("DE89 3704 0044 0532 0130 00", "DE••3000"),
            ("", ""),
            ("ÆØ 12345-678 east", "ÆØ ••5678 east"),
        ] {
            assert_eq!(masked(full), shown, "{full}");
        }
    }

    #[test]
    fn the_frozen_bytes_are_the_same_every_time_and_read_back() {
        let instruction = PaymentInstruction {
            id: "i".into(),
            on: "2026-11-17".into(),
            from: "Assets:Bank:Mercury".into(),
            to: "Nordhavn A/S".into(),
            destination: "the account it came from".into(),
            money: Money::new(6_000, Currency::USD),
            text: "Refund of P-202611-0001".into(),
        };
        let bytes = instruction.to_bytes().unwrap();
        assert_eq!(bytes, instruction.to_bytes().unwrap());
        assert_eq!(PaymentInstruction::from_bytes(&bytes).unwrap(), instruction);
        assert!(String::from_utf8(bytes).unwrap().contains(r#""money":{"amount":"60.00","currency":"USD"}"#));
    }
}
