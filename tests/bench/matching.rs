//! Ten thousand lines against two thousand open invoices, each explained.

use purser_core::matching::{Book, Customer, Facts, Line, OpenInvoice, State, match_all};
use purser_core::{Currency, Money};

use crate::figures::{Took, median, ms};
use crate::table::Row;

const RUNS: usize = 5;
const FIRST: [&str; 20] = [
    "Kestrel", "Nordhavn", "Atlas", "Silver", "Bright", "Copper", "Falcon", "Harbor", "Juniper", "Lumen",
    "Meridian", "Nimbus", "Orchard", "Pioneer", "Quarry", "Redwood", "Summit", "Tundra", "Umbra", "Vertex",
];
const SECOND: [&str; 10] =
    ["Freight", "Dental", "Foods", "Analytics", "Robotics", "Textiles", "Print", "Marine", "Optics", "Bikes"];

fn usd(text: &str) -> Money {
    Money::parse(text, Currency::USD).unwrap()
}

/// 500 customers, 2,000 open invoices; amounts collide as those of plans do.
fn company() -> Facts {
    let customers = (0..500)
        .map(|at| Customer {
            id: format!("c{at}"),
            name: format!("{} {} {at} LLC", FIRST[at % 20], SECOND[at / 20 % 10]),
            aliases: Vec::new(),
            history: Default::default(),
        })
        .collect();
    let invoices = (0..2_000u32)
        .map(|at| {
            let amount = match at % 3 {
                0 => "49.00".to_owned(),
                1 => format!("{}.00", 100 + at % 40),
                _ => format!("{}.{:02}", 200 + at, at % 100),
            };
            OpenInvoice {
                id: format!("i{at}"),
                number: format!("NB-202611-{at:04}"),
                reference: purser_core::invoice::reference("NB", 1_000_000 + at),
                customer: format!("c{}", at % 500),
                issued: "2026-11-01".parse().unwrap(),
                due: "2026-12-01".parse().unwrap(),
                total: usd(&amount),
                open: usd(&amount),
            }
        })
        .collect();
    Facts { customers, invoices, ..Facts::default() }
}

/// Every invoice is paid once, half by reference, half by a cut name; the rest is cards, strangers and second
/// payments.
fn lines(facts: &Facts) -> Vec<Line> {
    (0..10_000usize)
        .map(|at| {
            let invoice = &facts.invoices[at / 5];
            let owner = facts.customers[at / 5 % 500].name.to_uppercase();
            let cut: String = owner.chars().take(22).collect();
            let memo = format!("WIRE REF {} OCT", invoice.reference);
            let (amount, payer, description) = match (at % 5, at / 5 % 2) {
                (0, 0) => (invoice.open, owner, memo),
                (0, _) => (invoice.open, cut, "INCOMING WIRE 0099213".to_owned()),
                (1 | 2, _) => (-invoice.open, "AWS EMEA".to_owned(), "CARD 4821 SEATTLE".to_owned()),
                (3, _) if at % 97 == 0 => (invoice.open, owner, memo),
                (3, _) => (invoice.open, String::new(), "ONLINE PYMT 992 FT8841".to_owned()),
                _ => (
                    usd("17.31"),
                    "ELSEWHERE TEXTILES INC".to_owned(),
                    "ONLINE PAYMENT 8837261 FT8841 THANK YOU".to_owned(),
                ),
            };
            Line {
                date: format!("2026-11-{:02}", 2 + at % 27).parse().unwrap(),
                id: format!("t{at:05}"),
                amount,
                payer,
                description,
                account: "Mercury".to_owned(),
            }
        })
        .collect()
}

pub fn rows() -> Vec<Row> {
    let lines = lines(&company());
    let mut matched = 0;
    let runs = (0..RUNS).map(|_| {
        let (facts, mut outcomes) = (company(), Vec::new());
        let took = Took::of(|| outcomes = match_all(&Book::new(facts), &lines, &[], &|_, _| false));
        assert_eq!(outcomes.len(), lines.len());
        matched = outcomes.iter().filter(|outcome| outcome.explanation.state == State::Matched).count();
        took
    });
    let runs: Vec<Took> = runs.collect();
    let processor = median(runs.iter().map(|run| run.thread).collect());
    let took = median(runs.iter().map(|run| run.wall).collect());
    assert!(matched > 800, "only {matched} lines were matched");
    vec![Row::judged("2 match 10k lines, 2k invoices", ms(took), "< 500 ms", took.as_millis() < 500).note(
        format!("indexes included; {matched} certain, all with reasons; {} on the processor", ms(processor)),
    )]
}
