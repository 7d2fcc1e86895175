//! Pages that stand alone: what the reports in HTML share. No script, nothing from elsewhere.

use std::io::{self, Write};

/// A text with what HTML would take for markup escaped, for content and for quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

/// A message as HTML: what stands between backticks is code. A backtick without its other half stays one.
///
/// ```
/// let html = townhall_metadata::message_as_html("`a<b` is no `date");
/// assert_eq!(html, "<code>a&lt;b</code> is no `date");
/// ```
pub fn message_as_html(message: &str) -> String {
    let mut out = String::with_capacity(message.len() + 16);
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, behind)) = after.split_once('`') else { break };
        out.push_str(&escape(before));
        out.push_str("<code>");
        out.push_str(&escape(code));
        out.push_str("</code>");
        rest = behind;
    }
    out.push_str(&escape(rest));
    out
}

/// The beginning of a text, with an ellipsis where it goes on.
pub(crate) fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#c6cace;--soft:#5c5c5c;--bad:#b50909;--fair:#7a5700;--good:#216e1f;--gone:#fbdcdc;--come:#dcf3dc}\
@media(prefers-color-scheme:dark){:root{--line:#565c65;--soft:#a9aeb1;--bad:#ff8d7b;--fair:#e6c74c;--good:#86d07a;--gone:#5a1f1f;--come:#1f4a24}}\
body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:64rem;padding:1rem;overflow-wrap:anywhere}\
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2rem}h3{font-size:1.05rem;margin:1.25rem 0 .25rem}\
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{white-space:pre-wrap}\
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid var(--line);padding:.35rem .6rem .35rem 0;text-align:left;vertical-align:top}\
.soft{color:var(--soft)}.error,.no{color:var(--bad)}.warning{color:var(--fair)}.yes{color:var(--good)}\
del{background:var(--gone);text-decoration:none}ins{background:var(--come);text-decoration:none}\
details{border-bottom:1px solid var(--line);padding:.4rem 0}summary{cursor:pointer}\
@media print{body{max-width:none}details>*{display:block}}";

/// Writes the page up to its content.
pub(crate) fn begin(title: &str, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        title = escape(title)
    )
}

/// Writes what stands behind the content.
pub(crate) fn end(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"</main>\n</body>\n</html>\n")
}
