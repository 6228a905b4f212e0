//! The templates, compiled once.

use std::sync::OnceLock;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use purser_core::text::one_line;

use super::{MailError, Words};

/// Longest subject, in characters.
const SUBJECT_CHARS: usize = 200;

/// Name, MJML, text. The text's first line is the subject.
const TEMPLATES: [(&str, &str, &str); 3] = [
    (
        "receipt",
        include_str!("../../../../../assets/mail/receipt.mjml"),
        include_str!("../../../../../assets/mail/receipt.txt"),
    ),
    (
        "report",
        include_str!("../../../../../assets/mail/report.mjml"),
        include_str!("../../../../../assets/mail/report.txt"),
    ),
    (
        "alert",
        include_str!("../../../../../assets/mail/alert.mjml"),
        include_str!("../../../../../assets/mail/alert.txt"),
    ),
];

/// Fills in a template's HTML and text.
pub(super) fn fill(template: &'static str, data: Value) -> Result<Words, MailError> {
    let failed = |why: String| MailError { template, why };
    let environment = compiled().as_ref().map_err(|why| failed(why.clone()))?;
    let render = |name: String| {
        let filled = environment.get_template(&name).and_then(|found| found.render(&data));
        filled.map_err(|error| failed(format!("{error:#}")))
    };
    let (html, text) = (render(format!("{template}.html"))?, render(format!("{template}.txt"))?);
    let (subject, text) = text
        .strip_prefix("Subject: ")
        .and_then(|text| text.split_once('\n'))
        .ok_or_else(|| failed("its text does not begin with a subject".to_owned()))?;
    Ok(Words { subject: one_line(subject, SUBJECT_CHARS), html, text: tidied(text) })
}

/// Text without the gaps that empty values leave.
fn tidied(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.trim().lines().map(str::trim_end) {
        if !(line.is_empty() && out.ends_with("\n\n")) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn compiled() -> &'static Result<Environment<'static>, String> {
    static COMPILED: OnceLock<Result<Environment<'static>, String>> = OnceLock::new();
    COMPILED.get_or_init(compile)
}

fn compile() -> Result<Environment<'static>, String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
    });
    for (name, mjml, text) in TEMPLATES {
        let broken = |error: String| format!("{name}: {error}");
        let html = html_of(mjml).map_err(broken)?;
        environment
            .add_template_owned(format!("{name}.html"), html)
            .map_err(|error| broken(format!("{error:#}")))?;
        environment
            .add_template_owned(format!("{name}.txt"), text)
            .map_err(|error| broken(format!("{error:#}")))?;
    }
    Ok(environment)
}

/// The page of a piece of MJML. No fonts are fetched: a mail loads nothing.
fn html_of(mjml: &str) -> Result<String, String> {
    let parsed = mrml::parse(mjml).map_err(|error| error.to_string())?;
    if let Some(warning) = parsed.warnings.first() {
        return Err(warning.to_string());
    }
    let options = mrml::prelude::render::RenderOptions {
        disable_comments: true,
        fonts: std::collections::HashMap::default(),
        ..Default::default()
    };
    parsed.element.render(&options).map_err(|error| error.to_string())
}
