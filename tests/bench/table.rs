//! The table: what was measured, what was promised, and why where the promise does not hold.

use std::fmt;

/// One row.
pub struct Row {
    pub name: String,
    pub measured: String,
    pub target: String,
    /// Against a peer or a raw limit of the same run; empty where the target is an absolute one.
    pub ratio: String,
    /// None for a row that only informs.
    pub met: Option<bool>,
    /// Said always, or why it misses.
    pub note: String,
}

impl Row {
    /// A row with a target.
    pub fn judged(name: &str, measured: String, target: &str, met: bool) -> Row {
        Row { target: target.to_owned(), met: Some(met), ..Row::told(name, measured) }
    }

    /// A row without a target.
    pub fn told(name: &str, measured: String) -> Row {
        Row {
            name: name.to_owned(),
            measured,
            target: String::new(),
            ratio: String::new(),
            met: None,
            note: String::new(),
        }
    }

    /// A row that could not be measured here.
    pub fn unmeasured(name: &str, target: &str, why: &str) -> Row {
        Row { note: why.to_owned(), ..Row::judged(name, "not measured".to_owned(), target, false) }
    }

    pub fn ratio(mut self, ratio: f64) -> Row {
        self.ratio = format!("{ratio:.2}×");
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Row {
        self.note = note.into();
        self
    }

    fn cells(&self) -> [String; 6] {
        let verdict = match self.met {
            Some(true) => "met",
            Some(false) => "missed",
            None => "",
        };
        [
            self.name.clone(),
            self.measured.clone(),
            self.target.clone(),
            self.ratio.clone(),
            verdict.to_owned(),
            self.note.clone(),
        ]
    }
}

/// All rows.
#[derive(Default)]
pub struct Table {
    pub rows: Vec<Row>,
}

impl Table {
    pub fn judged(&self) -> usize {
        self.rows.iter().filter(|row| row.met.is_some()).count()
    }

    pub fn met(&self) -> usize {
        self.rows.iter().filter(|row| row.met == Some(true)).count()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["row", "measured", "target", "ratio", "", "note"].map(str::to_owned);
        let lines: Vec<[String; 6]> = std::iter::once(head).chain(self.rows.iter().map(Row::cells)).collect();
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..5).map(width).collect();
        for (place, line) in lines.iter().enumerate() {
            let padded = line.iter().take(5).zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            let padded: Vec<String> = padded.collect();
            writeln!(f, "| {} | {} |", padded.join(" | "), line[5])?;
            if place == 0 {
                let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                writeln!(f, "| {} | ---- |", rules.join(" | "))?;
            }
        }
        Ok(())
    }
}
