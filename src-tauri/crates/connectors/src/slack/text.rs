//! What is said in Slack: plain text in which nothing that came from outside is markup.

use purser_core::text::one_line;

/// Longest message, in characters. Slack takes 40,000; nobody reads that.
const MESSAGE_CHARS: usize = 3_000;
/// Longest line.
const LINE_CHARS: usize = 300;

/// Text as Slack shows it, whatever it holds: no mention, no link, no formatting, one line.
///
/// Slack reads `<…>` as mentions and links and `&` as an escape; `*`, `_`, `~` and backticks format. The latter have no
/// escape, so a character without width keeps them from pairing.
pub fn plain(text: &str) -> String {
    let line = one_line(text, LINE_CHARS);
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '*' | '_' | '~' | '`' => {
                out.push('\u{200b}');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// The frozen request of a message: a bold title, then a line each. The title and the lines are plain already or are
/// made so here.
pub fn freeze(title: &str, lines: &[String]) -> Vec<u8> {
    let mut text = format!("*{}*", plain(title));
    for line in lines.iter().map(|line| plain(line)) {
        if text.chars().count() + line.chars().count() > MESSAGE_CHARS {
            text.push_str("\n…");
            break;
        }
        text.push('\n');
        text.push_str(&line);
    }
    serde_json::json!({ "text": text, "unfurl_links": false, "unfurl_media": false, "link_names": false })
        .to_string()
        .into_bytes()
}
