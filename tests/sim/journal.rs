//! The books as another program reads them: the postings of the CSV export.

use std::collections::BTreeMap;

/// One posting. Minor units, debit positive.
pub struct Posting {
    pub account: String,
    pub currency: String,
    pub amount: i64,
    /// Kind and id of the open item; empty for none.
    pub item: (String, String),
}

/// Reads the export: `entry,date,text,memo,tags,account,amount,currency,item`.
pub fn read(text: &str) -> Vec<Posting> {
    let mut rows = records(text).into_iter();
    let head = rows.next().unwrap_or_default();
    let place = |name: &str| {
        head.iter()
            .position(|column| column == name)
            .unwrap_or_else(|| panic!("the export has no column {name}"))
    };
    let (account, amount, currency, item) =
        (place("account"), place("amount"), place("currency"), place("item"));
    rows.map(|row| {
        let (kind, id) = row[item].split_once(':').unwrap_or_default();
        Posting {
            account: row[account].clone(),
            currency: row[currency].clone(),
            amount: cents(&row[amount]),
            item: (kind.to_owned(), id.to_owned()),
        }
    })
    .collect()
}

/// The sum of each account, currency and item.
pub fn sums(postings: &[Posting]) -> BTreeMap<(String, String, (String, String)), i64> {
    let mut sums = BTreeMap::new();
    for posting in postings {
        let key = (posting.account.clone(), posting.currency.clone(), posting.item.clone());
        *sums.entry(key).or_default() += posting.amount;
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

/// An amount of two decimals.
pub fn cents(text: &str) -> i64 {
    let (whole, part) = text.split_once('.').unwrap_or((text, "00"));
    assert_eq!(part.len(), 2, "{text} has not two decimals");
    format!("{whole}{part}").parse().unwrap_or_else(|_| panic!("{text} is no amount"))
}

fn records(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            other => field.push(other),
        }
    }
    rows
}
