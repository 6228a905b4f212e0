//! How fast a year of lines is explained. Ignored by default: run it with
//! `cargo test --release -p purser-core speed -- --ignored --nocapture`.

use std::time::Instant;

use super::world::*;
use crate::matching::*;

const FIRST: [&str; 20] = [
    "Kestrel", "Nordhavn", "Atlas", "Silver", "Bright", "Copper", "Falcon", "Harbor", "Juniper", "Lumen",
    "Meridian", "Nimbus", "Orchard", "Pioneer", "Quarry", "Redwood", "Summit", "Tundra", "Umbra", "Vertex",
];
const SECOND: [&str; 10] =
    ["Freight", "Dental", "Foods", "Analytics", "Robotics", "Textiles", "Print", "Marine", "Optics", "Bikes"];

/// 500 customers, 2,000 open invoices; amounts collide as those of plans do.
fn company() -> Facts {
    let customers: Vec<Customer> = (0..500)
        .map(|at| {
            customer(&format!("c{at}"), &format!("{} {} {} LLC", FIRST[at % 20], SECOND[at / 20 % 10], at))
        })
        .collect();
    let invoices = (0..2_000u32)
        .map(|at| {
            let amount = match at % 3 {
                0 => "49.00".to_string(),
                1 => format!("{}.00", 100 + at % 40),
                _ => format!("{}.{:02}", 200 + at, at % 100),
            };
            let reference = crate::invoice::reference("NB", 1_000_000 + at);
            invoice(
                &format!("NB-202611-{at:04}"),
                &reference,
                &format!("c{}", at % 500),
                &amount,
                "11-01",
                "12-01",
            )
        })
        .collect();
    Facts { customers, invoices, ..Facts::default() }
}

/// Every invoice is paid once, half by reference, half by a cut name; the rest is cards, strangers and
/// second payments.
fn year(facts: &Facts) -> Vec<Line> {
    (0..10_000usize)
        .map(|at| {
            let invoice = &facts.invoices[at / 5];
            let owner = &facts.customers[at / 5 % 500];
            let amount = invoice.open.decimal();
            let date = format!("11-{:02}", 2 + at % 27);
            let id = format!("t{at:05}");
            let shouted = owner.name.to_uppercase();
            let cut: String = shouted.chars().take(22).collect();
            let memo = format!("WIRE REF {} OCT", invoice.reference);
            match (at % 5, at / 5 % 2) {
                (0, 0) => line(&id, &date, &amount, &shouted, &memo),
                (0, _) => line(&id, &date, &amount, &cut, "INCOMING WIRE 0099213"),
                (1 | 2, _) => line(&id, &date, &format!("-{amount}"), "AWS EMEA", "CARD 4821 SEATTLE"),
                (3, _) if at % 97 == 0 => line(&id, &date, &amount, &shouted, &memo),
                (3, _) => line(&id, &date, &amount, "", "ONLINE PYMT 992 FT8841"),
                _ => line(
                    &id,
                    &date,
                    "17.31",
                    "ELSEWHERE TEXTILES INC",
                    "ONLINE PAYMENT 8837261 FT8841 THANK YOU",
                ),
            }
        })
        .collect()
}

#[test]
#[ignore = "a measurement, not a behaviour"]
fn ten_thousand_lines_against_two_thousand_invoices() {
    let facts = company();
    let lines = year(&facts);
    let start = Instant::now();
    let book = Book::new(facts);
    let built = start.elapsed();
    let start = Instant::now();
    let outcomes = match_all(&book, &lines, &[], &|_, _| false);
    let matched = outcomes.iter().filter(|o| o.explanation.state == State::Matched).count();
    println!("book {built:?}, {} lines {:?}, {matched} matched", lines.len(), start.elapsed());
    assert_eq!(outcomes.len(), lines.len());
}
