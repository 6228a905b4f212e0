//! The interface's plain form of a statement mapping, and back.

use purser_documents::statement::{
    AmountColumns, ColumnRef, Columns, DateStyle, DecimalMark, Header, Mapping, Separator,
};

use crate::api::types::CsvMapping;
use crate::error::ApiError;

/// A column as the interface writes it: `#3` by number, anything else by name, empty for none.
fn column(text: &str) -> Option<ColumnRef> {
    let text = text.trim();
    match text.strip_prefix('#').and_then(|number| number.parse().ok()) {
        Some(number) => Some(ColumnRef::Number(number)),
        None if text.is_empty() => None,
        None => Some(ColumnRef::Name(text.to_owned())),
    }
}

fn text(column: &ColumnRef) -> String {
    match column {
        ColumnRef::Number(number) => format!("#{number}"),
        ColumnRef::Name(name) => name.clone(),
    }
}

fn needed(field: &str, value: &str) -> Result<ColumnRef, ApiError> {
    column(value).ok_or_else(|| {
        ApiError::usage(
            "mapping",
            format!("Choose the column of the {field}; without it nothing can be read."),
        )
    })
}

/// From the interface; a mapping without date or amount is refused with what to choose.
pub(super) fn from_wire(wire: &CsvMapping) -> Result<Mapping, ApiError> {
    let amount = if !wire.direction.trim().is_empty() {
        AmountColumns::Flagged {
            column: needed("amount", &wire.amount)?,
            flag: needed("direction", &wire.direction)?,
            out: words(&wire.direction_out),
            r#in: words(&wire.direction_in),
        }
    } else if !wire.debit.trim().is_empty() || !wire.credit.trim().is_empty() {
        AmountColumns::DebitCredit {
            debit: needed("money out", &wire.debit)?,
            credit: needed("money in", &wire.credit)?,
        }
    } else {
        AmountColumns::Signed { column: needed("amount", &wire.amount)? }
    };
    let encoding = serde_json::from_value(serde_json::Value::String(wire.encoding.trim().to_lowercase()))
        .map_err(|_| {
            ApiError::usage("mapping", format!("“{}” is not an encoding that can be read.", wire.encoding))
        })?;
    Ok(Mapping {
        encoding,
        separator: match wire.separator.as_str() {
            "," => Separator::Comma,
            ";" => Separator::Semicolon,
            "tab" | "\t" => Separator::Tab,
            "|" => Separator::Pipe,
            _ => Separator::Auto,
        },
        skip_lines: wire.skip_lines,
        header: if wire.has_header { Header::Find } else { Header::None },
        columns: Columns {
            id: column(&wire.id),
            date: needed("date", &wire.date)?,
            amount,
            currency: column(&wire.currency),
            payer: wire.payer.iter().filter_map(|c| column(c)).collect(),
            description: wire.description.iter().filter_map(|c| column(c)).collect(),
        },
        date: match wire.date_order.as_str() {
            "ymd" => DateStyle::Ymd,
            "iso" => DateStyle::Iso,
            "dmy" => DateStyle::Dmy,
            "mdy" => DateStyle::Mdy,
            _ => DateStyle::Auto,
        },
        decimal: match wire.decimal.as_str() {
            "." => DecimalMark::Point,
            "," => DecimalMark::Comma,
            "plain" => DecimalMark::Plain,
            _ => DecimalMark::Auto,
        },
        inverted: wire.inverted,
        currency: None,
        continuation: wire.continuation,
        ragged: wire.ragged,
        footer_rows: wire.footer_rows,
    })
}

fn words(text: &str) -> Vec<String> {
    text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

/// For the interface.
pub(super) fn to_wire(mapping: &Mapping) -> CsvMapping {
    let optional = |column: &Option<ColumnRef>| column.as_ref().map(text).unwrap_or_default();
    let mut wire = CsvMapping {
        encoding: serde_json::to_value(&mapping.encoding)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_else(|| "auto".to_owned()),
        separator: match mapping.separator {
            Separator::Auto => "auto",
            Separator::Comma => ",",
            Separator::Semicolon => ";",
            Separator::Tab => "tab",
            Separator::Pipe => "|",
        }
        .to_owned(),
        decimal: match mapping.decimal {
            DecimalMark::Auto => "auto",
            DecimalMark::Plain => "plain",
            DecimalMark::Point => ".",
            DecimalMark::Comma => ",",
        }
        .to_owned(),
        date_order: match mapping.date {
            DateStyle::Auto => "auto",
            DateStyle::Iso => "iso",
            DateStyle::Ymd => "ymd",
            DateStyle::Dmy => "dmy",
            DateStyle::Mdy => "mdy",
        }
        .to_owned(),
        skip_lines: mapping.skip_lines,
        has_header: mapping.header == Header::Find,
        id: optional(&mapping.columns.id),
        date: text(&mapping.columns.date),
        amount: String::new(),
        debit: String::new(),
        credit: String::new(),
        direction: String::new(),
        direction_out: String::new(),
        direction_in: String::new(),
        currency: optional(&mapping.columns.currency),
        payer: mapping.columns.payer.iter().map(text).collect(),
        description: mapping.columns.description.iter().map(text).collect(),
        inverted: mapping.inverted,
        continuation: mapping.continuation,
        ragged: mapping.ragged,
        footer_rows: mapping.footer_rows,
    };
    match &mapping.columns.amount {
        AmountColumns::Signed { column } => wire.amount = text(column),
        AmountColumns::DebitCredit { debit, credit } => {
            wire.debit = text(debit);
            wire.credit = text(credit);
        }
        AmountColumns::Flagged { column, flag, out, r#in } => {
            wire.amount = text(column);
            wire.direction = text(flag);
            wire.direction_out = out.join(",");
            wire.direction_in = r#in.join(",");
        }
    }
    wire
}
