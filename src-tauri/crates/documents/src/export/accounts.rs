//! Account names as each program wants them: the same name always becomes the same, and two names never one.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::ExportFormat;

/// The names of a chart in one format.
pub(super) struct AccountNames {
    names: BTreeMap<String, String>,
}

impl AccountNames {
    pub(super) fn new<'n>(format: ExportFormat, chart: impl Iterator<Item = &'n str>) -> AccountNames {
        let component: fn(&str) -> String = match format {
            ExportFormat::Hledger => hledger_component,
            ExportFormat::Beancount => beancount_component,
            ExportFormat::Csv => str::to_owned,
        };
        let mapped = |name: &str| {
            name.split(':')
                .enumerate()
                .map(|(index, part)| if index == 0 { part.to_owned() } else { component(part) })
                .collect::<Vec<_>>()
                .join(":")
        };
        let chart: BTreeSet<&str> = chart.collect();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut names = BTreeMap::new();
        // Names that need no change keep theirs, whatever others become.
        let (plain, changed): (Vec<&str>, Vec<&str>) =
            chart.into_iter().partition(|name| mapped(name) == *name);
        for name in plain {
            taken.insert(name.to_owned());
            names.insert(name.to_owned(), name.to_owned());
        }
        for name in changed {
            let mut unique = mapped(name);
            let mut length = 8;
            while !taken.insert(unique.clone()) {
                length += 8;
                unique = format!("{}-{}", mapped(name), fingerprint(name, length));
            }
            names.insert(name.to_owned(), unique);
        }
        AccountNames { names }
    }

    /// The name of an account of the chart.
    pub(super) fn get(&self, name: &str) -> &str {
        // Every account was looked up in the chart before.
        self.names.get(name).map_or("Equity:Unknown", String::as_str)
    }
}

/// hledger takes letters of every script and single spaces; a name ends at two spaces, a tab or a
/// semicolon, and must not begin like a status mark or a bracket.
fn hledger_component(part: &str) -> String {
    let allowed = |c: char| {
        (c.is_alphanumeric() && !crate::text::is_invisible(c)) || matches!(c, '-' | ' ' | '&' | '.' | '_')
    };
    let good = part.chars().all(allowed)
        && part.starts_with(char::is_alphanumeric)
        && part.trim() == part
        && !part.contains("  ");
    if good {
        return part.to_owned();
    }
    let shown: String =
        part.chars().map(|c| if c.is_alphanumeric() && allowed(c) { c } else { '-' }).collect();
    format!("{}-{}", squeezed(&shown), fingerprint(part, 8))
}

/// beancount: a capital letter or digit, then letters, digits and hyphens of ASCII.
fn beancount_component(part: &str) -> String {
    let good = part.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
        && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if good {
        return part.to_owned();
    }
    let latin: String =
        deunicode::deunicode(part).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let squeezed = squeezed(&latin);
    let mut letters = squeezed.chars();
    let capital: String = letters.next().map_or('X', |first| first.to_ascii_uppercase()).into();
    format!("{capital}{}-{}", letters.as_str(), fingerprint(part, 8))
}

/// Without hyphens at the ends or beside each other, at most 40 characters, never empty.
fn squeezed(text: &str) -> String {
    let words: Vec<&str> = text.split('-').filter(|word| !word.is_empty()).collect();
    let joined: String = words.join("-").chars().take(40).collect();
    let joined = joined.trim_end_matches('-');
    if joined.is_empty() { "X".to_owned() } else { joined.to_owned() }
}

fn fingerprint(text: &str, length: usize) -> String {
    let digest = Sha256::digest(text);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.chars().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(format: ExportFormat, chart: &[&str]) -> Vec<String> {
        let names = AccountNames::new(format, chart.iter().copied());
        chart.iter().map(|name| names.get(name).to_owned()).collect()
    }

    #[test]
    fn plain_names_stay_as_they_are() {
        let chart = ["Assets:Bank:Mercury", "Expenses:Fees:Bank", "Income:3D"];
        assert_eq!(names(ExportFormat::Beancount, &chart), chart);
        assert_eq!(
            names(ExportFormat::Hledger, &["Assets:Bank:Sparkasse Köln"]),
            ["Assets:Bank:Sparkasse Köln"]
        );
    }

    #[test]
    fn beancount_names_are_latin_and_unmistakable() {
        let mapped = names(
            ExportFormat::Beancount,
            &["Assets:Bank:Sparkasse Köln", "Assets:Bank:東京", "Assets:Bank:mercury"],
        );
        assert!(mapped[0].starts_with("Assets:Bank:Sparkasse-Koln-"), "{}", mapped[0]);
        assert!(mapped[1].starts_with("Assets:Bank:Dong-Jing-"), "{}", mapped[1]);
        assert!(mapped[2].starts_with("Assets:Bank:Mercury-"), "{}", mapped[2]);
    }

    #[test]
    fn two_names_never_become_one() {
        let mut chart: Vec<String> = crate::torture::corpus()
            .iter()
            .map(|text| format!("Assets:Bank:{}", text.replace(':', " ")))
            .chain(
                ["Koln", "Köln", "köln", "KOLN", "K öln", "K  öln"].map(|text| format!("Assets:Bank:{text}")),
            )
            .collect();
        // A name made to meet what another becomes.
        let met = names(ExportFormat::Beancount, &["Assets:Bank:Köln"]).remove(0);
        chart.push(met);
        chart.sort();
        chart.dedup();
        for format in [ExportFormat::Hledger, ExportFormat::Beancount] {
            let chart: Vec<&str> = chart.iter().map(String::as_str).collect();
            let mapped: BTreeSet<String> = names(format, &chart).into_iter().collect();
            assert_eq!(mapped.len(), chart.len(), "{format:?}");
        }
    }
}
