//! Which case is best, whether the machine may act on it, and why not.

use super::book::Book;
use super::cases::{Amount, Case, Reading, Reference, Subject, Time};
use super::compare::Level;

/// Which evidence carries an automatic match. A reference beats a name where two lines want one invoice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Ground {
    /// A name, and an amount that only one invoice has.
    Payer,
    /// A reference that names exactly this.
    Reference,
}

/// Why the machine does not act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Doubt {
    /// Another currency.
    Currency,
    /// Not the amount that is open.
    AmountDiffers,
    /// Another open invoice has exactly this amount.
    ExactRival,
    /// Already paid.
    SecondPayment,
    /// Too many references.
    Flood,
    /// Before the day of issue.
    BeforeIssue,
    /// Long after the usual days.
    LongAfter,
    /// The memo names something else.
    NamesOther,
    /// The memo names more than this or a part of it.
    NamesPart,
    /// The memo carries a reference that is nobody's.
    NamesNobody,
    /// The memo speaks of an invoice of another number.
    OtherNumber(String),
    /// So many explanations are equally good.
    Equal(usize),
    /// The name is another customer's, and that customer owes exactly this.
    PayerOwesThis,
    /// Only the amount speaks for it.
    OnlyAmount,
    /// The name does not settle who paid.
    PayerUnsure,
    /// The bank gives no name and no reference.
    Nameless,
    /// Several invoices add up to it, but the memo does not name them.
    SumOnly,
    /// The named invoices belong to different customers.
    TwoCustomers,
    /// Another line explains the same as well.
    Contested,
}

/// Whether the machine may act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// It may, on this ground.
    Act(Ground),
    /// It may not, for these reasons.
    Ask(Vec<Doubt>),
}

/// Weights of the rank. Only their order matters: a sure reference outweighs an exact amount, an exact
/// amount outweighs a name, a wrong reference outweighs a right amount.
const REFERENCE_FULL: i32 = 40;
const REFERENCE_SOME: i32 = 25;
const REFERENCE_HINT: i32 = 20;
const REFERENCE_SIBLING: i32 = -5;
const REFERENCE_FOREIGN: i32 = -25;
const AMOUNT_EXACT: i32 = 30;
const AMOUNT_CUSTOMARY: i32 = 22;
const AMOUNT_FEE: i32 = 12;
const AMOUNT_OTHER: i32 = 4;
const TEXT: i32 = 30;
const PAYER_WRONG: i32 = -10;
const TIME_USUAL: i32 = 4;
const TIME_EARLY: i32 = -20;
/// A second payment is believed only where no open invoice explains the line as well.
const SECOND_PAYMENT: i32 = -60;
/// One invoice is likelier than two.
const EACH_MORE: i32 = -1;
/// The least that a best candidate must have: an exact amount under a wrong name still has it, a
/// name with an amount that fits nothing too; an exact amount against the memo's own words does not.
pub(super) const STRENGTH_MIN: i32 = 8;

/// The rank of a case.
pub(super) fn strength(case: &Case, reading: &Reading<'_>) -> i32 {
    let reference = match case.reference {
        Reference::Full => REFERENCE_FULL,
        Reference::Some => REFERENCE_SOME,
        Reference::Hint => REFERENCE_HINT,
        Reference::Silent => 0,
        Reference::Sibling => REFERENCE_SIBLING,
        Reference::Foreign => REFERENCE_FOREIGN,
    };
    let amount = match case.amount {
        Amount::Exact => AMOUNT_EXACT,
        Amount::Customary => AMOUNT_CUSTOMARY,
        Amount::Fee => AMOUNT_FEE,
        Amount::Part | Amount::Over | Amount::Foreign => AMOUNT_OTHER,
    };
    let payer = match case.level {
        Level::Alias => 23,
        Level::Whole => 22,
        Level::Equal => 21,
        Level::Cut => 20,
        Level::Close => 12,
        Level::Word => -2,
        Level::None if matches!(case.subject, Subject::Transit(_)) || reading.payers.text.is_empty() => 0,
        Level::None => PAYER_WRONG,
    };
    let time = match case.time {
        Time::Usual => TIME_USUAL,
        Time::Late => 0,
        Time::Early => TIME_EARLY,
    };
    let text = if case.text { TEXT } else { 0 };
    let second = if case.is_second_payment() { SECOND_PAYMENT } else { 0 };
    let more = match &case.subject {
        Subject::Open(members) if case.reference != Reference::Full => {
            EACH_MORE * i32::try_from(members.len().saturating_sub(1)).unwrap_or_default()
        }
        _ => 0,
    };
    reference + amount + payer + time + text + second + more
}

/// Best first; ties by due date and number, because the book is in that order.
pub(super) fn rank(cases: Vec<Case>, reading: &Reading<'_>) -> Vec<(i32, Case)> {
    let mut ranked: Vec<(i32, Case)> =
        cases.into_iter().map(|case| (strength(&case, reading), case)).collect();
    ranked.sort_by(|(a, x), (b, y)| {
        b.cmp(a).then_with(|| size(x).cmp(&size(y))).then_with(|| x.subject.cmp(&y.subject))
    });
    ranked
}

fn size(case: &Case) -> usize {
    match &case.subject {
        Subject::Open(members) => members.len(),
        _ => 1,
    }
}

/// Judges the best of ranked cases.
pub(super) fn judge(book: &Book, ranked: &[(i32, Case)], reading: &Reading<'_>) -> Verdict {
    let Some(((_, best), rest)) = ranked.split_first() else { return Verdict::Ask(Vec::new()) };
    let rivals: Vec<&Case> = rest.iter().map(|(_, case)| case).collect();
    let mut doubts = hindrances(book, best, &rivals, reading);
    let ground = match ground(book, best, &rivals, reading) {
        Ok(ground) => Some(ground),
        Err(more) => {
            doubts.extend(more);
            None
        }
    };
    match ground {
        Some(ground) if doubts.is_empty() => Verdict::Act(ground),
        _ => Verdict::Ask(doubts),
    }
}

/// What forbids acting, however good the evidence.
fn hindrances(book: &Book, best: &Case, rivals: &[&Case], reading: &Reading<'_>) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if best.gap.is_none() {
        doubts.push(Doubt::Currency);
    } else if best.is_second_payment() {
        doubts.push(Doubt::SecondPayment);
    } else if !best.is_exact() {
        doubts.push(Doubt::AmountDiffers);
        let open = |case: &&&Case| matches!(&case.subject, Subject::Open(members) if members.len() == 1);
        if rivals.iter().filter(open).any(|case| case.is_exact()) {
            doubts.push(Doubt::ExactRival);
        }
    }
    if reading.scan.flood {
        doubts.push(Doubt::Flood);
    }
    if best.time == Time::Early {
        doubts.push(Doubt::BeforeIssue);
    }
    if let Subject::Open(members) = &best.subject
        && members.iter().any(|at| Some(book.owner[*at]) != best.customer)
    {
        doubts.push(Doubt::TwoCustomers);
    }
    doubts
}

/// The ground to act on, or what is missing for one.
fn ground(book: &Book, best: &Case, rivals: &[&Case], reading: &Reading<'_>) -> Result<Ground, Vec<Doubt>> {
    if !best.is_exact() || best.is_second_payment() {
        return Err(Vec::new());
    }
    let equal = 1 + rivals.iter().filter(|rival| rivals_with(best, rival)).count();
    if equal > 1 {
        return Err(vec![Doubt::Equal(equal)]);
    }
    match (&best.subject, best.reference) {
        (Subject::Transit(_), _) if best.text => Ok(Ground::Reference),
        (Subject::Transit(_), _) => Err(vec![Doubt::OnlyAmount]),
        (_, Reference::Full) => match payer_owes_this(best, rivals) {
            true => Err(vec![Doubt::PayerOwesThis]),
            false => Ok(Ground::Reference),
        },
        (_, Reference::Some) => Err(vec![Doubt::NamesPart]),
        (_, Reference::Sibling | Reference::Foreign) => Err(vec![Doubt::NamesOther]),
        (subject, Reference::Silent | Reference::Hint) => by_payer(book, subject, best, reading),
    }
}

/// Whether one strong name carries the match.
fn by_payer(
    book: &Book,
    subject: &Subject,
    best: &Case,
    reading: &Reading<'_>,
) -> Result<Ground, Vec<Doubt>> {
    let mut doubts = Vec::new();
    if matches!(subject, Subject::Open(members) if members.len() > 1) {
        doubts.push(Doubt::SumOnly);
    }
    if reading.scan.unknown.is_some() {
        doubts.push(Doubt::NamesNobody);
    } else if let Some(other) = reading.other_invoice(book, subject) {
        doubts.push(Doubt::OtherNumber(other.to_string()));
    }
    match best.level {
        level if level.is_strong() => {}
        Level::None if reading.payers.text.is_empty() && best.reference == Reference::Silent => {
            doubts.push(Doubt::Nameless);
        }
        Level::None if best.reference == Reference::Silent => doubts.push(Doubt::OnlyAmount),
        _ => doubts.push(Doubt::PayerUnsure),
    }
    if best.time == Time::Late {
        doubts.push(Doubt::LongAfter);
    }
    if doubts.is_empty() { Ok(Ground::Payer) } else { Err(doubts) }
}

/// Whether another explanation is as good as the best, or so close that a person should look.
fn rivals_with(best: &Case, rival: &Case) -> bool {
    if !rival.is_exact() || rival.is_second_payment() || rival.reference < best.reference {
        return false;
    }
    match (&best.subject, &rival.subject) {
        (Subject::Transit(_), Subject::Transit(_)) => rival.text == best.text,
        // A payout's name in the text says what the line is; an equal amount elsewhere does not.
        (Subject::Transit(_), _) => {
            !best.text || rival.level.is_strong() || rival.reference > Reference::Silent
        }
        (_, Subject::Transit(_)) => rival.text,
        // Named alike, or unnamed: then a similar name is close, and without any name all are.
        _ if best.reference >= Reference::Some => true,
        _ => rival.level > Level::None || !best.level.is_strong(),
    }
}

/// Whether a case is the best or as good as it.
pub(super) fn as_good(best: &Case, case: &Case) -> bool {
    best.subject == case.subject || rivals_with(best, case)
}

/// Whether the payer's name is another customer's who owes exactly this amount.
fn payer_owes_this(best: &Case, rivals: &[&Case]) -> bool {
    !best.level.is_strong()
        && rivals.iter().any(|rival| {
            rival.is_exact()
                && !rival.is_second_payment()
                && rival.level.is_strong()
                && rival.customer != best.customer
        })
}

/// 0 to 100 for the command line. Matched: 95, and 2 for a reference, 2 for a strong name, 1 for the
/// usual days. Suggested: the rank within 5 to 90, at most 50 where others are equally good.
pub(super) fn confidence(verdict: &Verdict, strength: i32, best: &Case) -> u8 {
    let points = match verdict {
        Verdict::Act(_) => {
            let reference = if best.reference == Reference::Full || best.text { 2 } else { 0 };
            let payer = if best.level.is_strong() { 2 } else { 0 };
            let time = if best.time == Time::Usual { 1 } else { 0 };
            95 + reference + payer + time
        }
        Verdict::Ask(doubts) => {
            let even =
                doubts.iter().any(|d| matches!(d, Doubt::Equal(_) | Doubt::OnlyAmount | Doubt::Nameless));
            strength.clamp(5, if even { 50 } else { 90 })
        }
    };
    u8::try_from(points).unwrap_or_default()
}

/// Whether the memo names something that this case is not about, for sentences.
pub(super) fn names_other(reading: &Reading<'_>, case: &Case) -> Option<String> {
    reading
        .scan
        .hits
        .iter()
        .find(|hit| hit.certain && !case.subject.is_named(hit.named))
        .map(|hit| hit.label.clone())
}
