//! Test data: names and memos that a hostile or merely unlucky customer may send.
//!
//! Every sink of text (exports, mail, chat, papers, logs) runs this corpus through itself in a
//! test and shows that each text arrives as one harmless text. It is part of the library so that
//! every crate can use it; nothing outside tests does.

/// The corpus. Each text is one name or memo.
pub fn corpus() -> Vec<String> {
    let mut texts: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    texts.push("m".repeat(1000));
    texts.push("長".repeat(1000));
    texts.push("a\u{0301}".repeat(500));
    texts.push("word ".repeat(200));
    texts.push((0u8..128).map(char::from).collect());
    texts.push((0x80..0x100).filter_map(char::from_u32).collect());
    texts
}

const TEXTS: &[&str] = &[
    "",
    " ",
    "Brightwell Dental Group",
    // Entries forged through a line break.
    "Coffee\n\n2026-01-01 Forged\n    Assets:Bank:Mercury  USD 1000000\n    Income:Sales\n",
    "Coffee\r\n2026-01-01 * \"Forged\" \"\"\r\n  Assets:Bank:Mercury  1000000 USD\r\n  Income:Sales",
    "Coffee\r2026-01-01 Forged\r    Assets:Cash  USD 9\r    Income:Sales",
    "Coffee\u{2028}2026-01-01 Forged\u{2029}    Assets:Cash  USD 9",
    "Coffee\u{0085}2026-01-01 Forged\u{000b}\u{000c}    Assets:Cash  USD 9",
    "x\ninclude /etc/passwd\n",
    "x\ncomment\n",
    "x\nend comment",
    "!include secrets.journal",
    "option \"title\" \"owned\"",
    "plugin \"os\" \"system\"",
    // Marks with a meaning in journals.
    "semi ; colon",
    "; comment",
    "# comment",
    "* cleared",
    "! pending",
    "(code) text",
    "payee | note",
    "tag:value, other:",
    "date:2020-01-01",
    "[2020-01-01=2020-02-02]",
    "= 1000 USD",
    "== 1000 USD @@ 3 EUR",
    "two  spaces  Assets:Cash  USD 5",
    "tab\tAssets:Cash\tUSD 5",
    "{100 USD} @ 5",
    "Assets:Bank:Mercury",
    "^link #tag",
    "~ 0.00",
    // Quoting.
    "\"",
    "\"\"\"",
    "it's \"quoted\" \\ and \\\" escaped \\",
    "ends with a backslash \\",
    "`backtick` $(rm -rf ~) ${HOME} %PATH%",
    "comma,separated,\"fields\"",
    // Formulas in spreadsheets.
    "=HYPERLINK(\"http://evil.example\",\"pay\")",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1,2)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u{ff1d}1+1",
    "\u{feff}=1+1",
    // Chat mark-up.
    "<!channel> pay now",
    "<@U123|boss> & <https://evil.example|invoice>",
    "*bold* _it_ ~strike~ `code`",
    // Mail headers.
    "Bob\r\nBcc: everyone@evil.example\r\n\r\nbody",
    "Bob <bob@example.com>, eve@evil.example",
    "=?utf-8?q?forged?=",
    "bob@example.com\nContent-Type: text/html",
    // HTML, templates, scripts.
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</mj-text><mj-raw>x</mj-raw>",
    "&lt;b&gt; &amp; &#10;",
    "{{ 7*7 }} {% raw %} ${7*7} <%= 7 %>",
    "javascript:alert(1)",
    "]]><!-- -->",
    // SQL, JSON, paths, logs.
    "'; DROP TABLE entries; --",
    "{\"amount\":\"1.00\"}",
    "../../../../etc/passwd",
    "C:\\Windows\\System32\\",
    "2026-01-01T00:00:00Z ERROR forged log line",
    "\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7}",
    "%s %n %x",
    "nul\u{0}inside",
    // Direction and invisibility.
    "\u{202e}dlo\u{202c} moc.elpmaxe",
    "invoice\u{2066}\u{202e}gpj.exe\u{2069}",
    "zero\u{200b}width\u{200d}joiner\u{feff}\u{2060}",
    "soft\u{ad}hyphen",
    "\u{200f}\u{200e}marks",
    "tag\u{e0041}\u{e007f}characters",
    "varia\u{fe0f}tion \u{fffd} \u{fff9}",
    // Names as they are.
    "Łódź Software Sp. z o.o.",
    "Ünal Çelik",
    "Ελλάδα Α.Ε.",
    "Владимир Ильин",
    "東京株式会社",
    "서울 주식회사",
    "שלום בע״מ",
    "شركة النور",
    "ขอนแก่น",
    "e\u{0301}\u{0302}\u{0303} combining",
    "👩‍👩‍👧 family & 🇵🇹 flag 🧾",
    "ﷺ ㎏ ﬁne ①",
    "İstanbul ıI ß ẞ ǅ",
    "O'Neil & Sons, Inc.",
    "null",
    "NaN",
    "-0",
    "1e309",
    "true",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corpus_holds_each_kind_of_trouble() {
        let texts = corpus();
        for needle in ["\n", "\r", "\u{2028}", "\u{202e}", "\u{0}", ";", "|", "\"", "=", "<!channel>", "Bcc:"]
        {
            assert!(texts.iter().any(|text| text.contains(needle)), "{needle:?} is missing");
        }
        assert!(texts.iter().any(|text| text.chars().count() >= 1000));
    }
}
