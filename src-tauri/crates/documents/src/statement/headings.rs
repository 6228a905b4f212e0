//! The words that banks write above their columns.

/// What a column may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Id,
    Date,
    Amount,
    Debit,
    Credit,
    Flag,
    Currency,
    Payer,
    Description,
}

/// A heading for comparison: lower case, white space and underscores as one space, no byte order mark.
pub(super) fn normalised(heading: &str) -> String {
    let mut out = String::with_capacity(heading.len());
    for c in heading.chars().filter(|c| *c != '\u{feff}') {
        if c.is_whitespace() || c == '_' || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A heading that is understood: what it means and how surely, from 0 to 100.
pub(super) fn meaning(heading: &str) -> Option<(Kind, u8)> {
    let name = normalised(heading);
    let (bare, _) = without_currency(&name);
    WORDS.iter().find(|(word, _, _)| *word == bare).map(|(_, kind, sureness)| (*kind, *sureness))
}

/// The currency written in a heading: `Amount (EUR)`, `Withdrawals SGD`.
pub(super) fn currency_in(heading: &str) -> Option<String> {
    without_currency(&normalised(heading)).1
}

fn without_currency(name: &str) -> (&str, Option<String>) {
    let tail = name.rsplit([' ', '(', '[']).next().unwrap_or("");
    let code = tail.trim_end_matches([')', ']']);
    let is_code = code.len() == 3
        && code.is_ascii()
        && name.len() > tail.len()
        && purser_core::Currency::from_code(code).is_ok();
    if !is_code {
        return (name, None);
    }
    let bare = name[..name.len() - tail.len()].trim_end_matches([' ', '(', '[', ',']);
    (bare, Some(code.to_ascii_uppercase()))
}

use Kind::{Amount, Credit, Currency, Date, Debit, Description, Flag, Id, Payer};

/// English, German, Dutch, French, Spanish, Italian, Portuguese, Danish, Norwegian, Swedish, Polish, Czech.
/// Where two columns mean the same, the surer one wins, and among equals the first.
const WORDS: &[(&str, Kind, u8)] = &[
    // Ids that banks promise not to repeat.
    ("id", Id, 90),
    ("transaction id", Id, 95),
    ("transactionid", Id, 95),
    ("transaction reference number", Id, 80),
    ("fitid", Id, 95),
    ("unique id", Id, 90),
    ("bank reference", Id, 60),
    ("buchungsreferenz", Id, 50),
    ("operation id", Id, 80),
    // Dates: the booking date before the value date.
    ("date", Date, 95),
    ("booking date", Date, 98),
    ("posting date", Date, 98),
    ("posted date", Date, 98),
    ("date posted", Date, 98),
    ("post date", Date, 98),
    ("transaction date", Date, 90),
    ("trans date", Date, 90),
    ("date (utc)", Date, 90),
    ("completed date", Date, 92),
    ("started date", Date, 60),
    ("value date", Date, 60),
    ("execution date", Date, 55),
    ("datum", Date, 95),
    ("buchungstag", Date, 98),
    ("buchungsdatum", Date, 98),
    ("buchung", Date, 70),
    ("belegdatum", Date, 70),
    ("valutadatum", Date, 60),
    ("wertstellung", Date, 60),
    ("boekdatum", Date, 98),
    ("boekingsdatum", Date, 98),
    ("transactiedatum", Date, 90),
    ("rentedatum", Date, 50),
    ("date opération", Date, 95),
    ("date operation", Date, 95),
    ("date d'opération", Date, 95),
    ("date comptable", Date, 98),
    ("date de valeur", Date, 60),
    ("fecha", Date, 95),
    ("fecha operación", Date, 95),
    ("fecha contable", Date, 98),
    ("fecha valor", Date, 60),
    ("data", Date, 80),
    ("data operazione", Date, 95),
    ("data contabile", Date, 98),
    ("data valuta", Date, 60),
    ("data mov.", Date, 90),
    ("data movimento", Date, 90),
    ("data operacji", Date, 90),
    ("data księgowania", Date, 98),
    ("dato", Date, 95),
    ("bokföringsdag", Date, 98),
    ("bokføringsdato", Date, 98),
    ("bogføringsdato", Date, 98),
    ("transaktionsdag", Date, 90),
    ("datum zaúčtování", Date, 98),
    ("datum provedení", Date, 70),
    // Amounts.
    ("amount", Amount, 95),
    ("transaction amount", Amount, 95),
    ("net amount", Amount, 60),
    ("net", Amount, 55),
    ("value", Amount, 60),
    ("betrag", Amount, 95),
    ("buchungsbetrag", Amount, 98),
    ("originalbetrag", Amount, 50),
    ("umsatz", Amount, 85),
    ("bedrag", Amount, 95),
    ("transactiebedrag", Amount, 95),
    ("montant", Amount, 95),
    ("importe", Amount, 95),
    ("importo", Amount, 95),
    ("valor", Amount, 70),
    ("montante", Amount, 95),
    ("kwota", Amount, 95),
    ("kwota operacji", Amount, 95),
    ("belopp", Amount, 95),
    ("beløb", Amount, 95),
    ("beløp", Amount, 95),
    ("částka", Amount, 95),
    ("objem", Amount, 80),
    // Money out.
    ("debit", Debit, 95),
    ("debit amount", Debit, 95),
    ("debits", Debit, 95),
    ("withdrawal", Debit, 95),
    ("withdrawals", Debit, 95),
    ("withdrawal amount", Debit, 95),
    ("money out", Debit, 95),
    ("paid out", Debit, 95),
    ("out", Debit, 60),
    ("soll", Debit, 90),
    ("ausgang", Debit, 85),
    ("ausgaben", Debit, 85),
    ("belastung", Debit, 90),
    ("lastschrift", Debit, 85),
    ("débit", Debit, 95),
    ("débit euros", Debit, 95),
    ("cargo", Debit, 90),
    ("cargos", Debit, 90),
    ("debe", Debit, 85),
    ("dare", Debit, 90),
    ("uscite", Debit, 90),
    ("addebiti", Debit, 90),
    ("débito", Debit, 95),
    ("uttag", Debit, 90),
    ("ut av konto", Debit, 95),
    ("ut fra konto", Debit, 95),
    ("obciążenia", Debit, 90),
    ("outflow", Debit, 95),
    // Money in.
    ("credit", Credit, 95),
    ("credit amount", Credit, 95),
    ("credits", Credit, 95),
    ("deposit", Credit, 95),
    ("deposits", Credit, 95),
    ("deposit amount", Credit, 95),
    ("money in", Credit, 95),
    ("paid in", Credit, 95),
    ("in", Credit, 60),
    ("haben", Credit, 90),
    ("eingang", Credit, 85),
    ("einnahmen", Credit, 85),
    ("gutschrift", Credit, 90),
    ("crédit", Credit, 95),
    ("crédit euros", Credit, 95),
    ("abono", Credit, 90),
    ("abonos", Credit, 90),
    ("haber", Credit, 85),
    ("avere", Credit, 90),
    ("entrate", Credit, 90),
    ("accrediti", Credit, 90),
    ("crédito", Credit, 95),
    ("insättning", Credit, 90),
    ("inn på konto", Credit, 95),
    ("uznania", Credit, 90),
    ("inflow", Credit, 95),
    // Which way the money went.
    ("debit/credit", Flag, 95),
    ("credit/debit", Flag, 95),
    ("debit or credit", Flag, 95),
    ("credit debit indicator", Flag, 95),
    ("dr/cr", Flag, 95),
    ("cr/dr", Flag, 95),
    ("d/c", Flag, 95),
    ("c/d", Flag, 95),
    ("af bij", Flag, 95),
    ("af/bij", Flag, 95),
    ("bij/af", Flag, 95),
    ("soll/haben", Flag, 95),
    ("s/h", Flag, 95),
    ("type", Flag, 40),
    ("transaction type", Flag, 40),
    // Currencies.
    ("currency", Currency, 95),
    ("currency code", Currency, 95),
    ("ccy", Currency, 95),
    ("währung", Currency, 95),
    ("waehrung", Currency, 95),
    ("buchungswährung", Currency, 98),
    ("originalwährung", Currency, 50),
    ("munt", Currency, 90),
    ("muntsoort", Currency, 90),
    ("valuta", Currency, 60),
    ("devise", Currency, 90),
    ("divisa", Currency, 90),
    ("moneda", Currency, 90),
    ("moeda", Currency, 90),
    ("waluta", Currency, 90),
    ("měna", Currency, 90),
    // The other side.
    ("payer", Payer, 95),
    ("payee", Payer, 95),
    ("payee name", Payer, 95),
    ("name", Payer, 85),
    ("merchant", Payer, 85),
    ("merchant name", Payer, 85),
    ("counterparty", Payer, 80),
    ("counterparty name", Payer, 95),
    ("counter party name", Payer, 95),
    ("counteraccount name", Payer, 90),
    ("other party", Payer, 85),
    ("beneficiary", Payer, 85),
    ("payer name", Payer, 95),
    ("sender", Payer, 80),
    ("from", Payer, 60),
    ("customer", Payer, 70),
    ("beguenstigter/zahlungspflichtiger", Payer, 95),
    ("begünstigter/zahlungspflichtiger", Payer, 95),
    ("auftraggeber/empfänger", Payer, 95),
    ("auftraggeber / begünstigter", Payer, 95),
    ("name zahlungsbeteiligter", Payer, 95),
    ("zahlungspflichtige*r", Payer, 80),
    ("empfänger", Payer, 85),
    ("auftraggeber", Payer, 80),
    ("partnername", Payer, 90),
    ("naam", Payer, 90),
    ("naam tegenpartij", Payer, 95),
    ("naam / omschrijving", Payer, 90),
    ("tiers", Payer, 80),
    ("bénéficiaire", Payer, 80),
    ("beneficiario", Payer, 80),
    ("ordenante", Payer, 80),
    ("kontrahent", Payer, 85),
    ("nadawca / odbiorca", Payer, 95),
    ("avsändare", Payer, 80),
    ("mottagare", Payer, 80),
    ("motpart", Payer, 85),
    ("název protiúčtu", Payer, 90),
    // What for.
    ("description", Description, 90),
    ("transaction description", Description, 90),
    ("details", Description, 85),
    ("transaction details", Description, 85),
    ("narrative", Description, 90),
    ("particulars", Description, 85),
    ("memo", Description, 90),
    ("note", Description, 70),
    ("notes", Description, 70),
    ("reference", Description, 70),
    ("payment reference", Description, 80),
    ("remittance information", Description, 95),
    ("message", Description, 80),
    ("message for payee", Description, 85),
    ("purpose", Description, 90),
    ("verwendungszweck", Description, 95),
    ("vwz", Description, 90),
    ("buchungstext", Description, 60),
    ("transaktionsbeschreibung", Description, 90),
    ("transaktionsbeschreibung zusatz", Description, 80),
    ("zahlungsreferenz", Description, 80),
    ("omschrijving", Description, 90),
    ("mededelingen", Description, 90),
    ("mededeling", Description, 90),
    ("libellé", Description, 90),
    ("libelle", Description, 90),
    ("concepto", Description, 90),
    ("descripción", Description, 90),
    ("descrizione", Description, 90),
    ("causale", Description, 85),
    ("descrição", Description, 90),
    ("tekst", Description, 80),
    ("text", Description, 80),
    ("meddelande", Description, 85),
    ("beskrivning", Description, 85),
    ("beskrivelse", Description, 85),
    ("forklaring", Description, 85),
    ("tytuł", Description, 90),
    ("tytułem", Description, 90),
    ("opis operacji", Description, 90),
    ("zpráva pro příjemce", Description, 90),
    ("poznámka", Description, 80),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_understood_with_their_currency() {
        assert_eq!(meaning("Betrag (EUR)"), Some((Amount, 95)));
        assert_eq!(currency_in("Betrag (EUR)").as_deref(), Some("EUR"));
        assert_eq!(meaning("Withdrawals (SGD)"), Some((Debit, 95)));
        assert_eq!(currency_in("Amount CZK").as_deref(), Some("CZK"));
        assert_eq!(meaning(" Posting_Date "), Some((Date, 98)));
        assert_eq!(currency_in("EUR"), None, "a heading that is only a code is no amount");
        assert_eq!(meaning("Rekening"), None);
    }

    #[test]
    fn every_word_is_already_normalised() {
        for (word, _, sureness) in WORDS {
            assert_eq!(normalised(word), *word);
            assert!(*sureness <= 100);
        }
    }
}
