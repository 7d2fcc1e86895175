//! What a text looks like: a number, a value, a label.

/// Whether a text is a number, with whatever stands around numbers in reports: signs, units of money, percents, notes, dashes for none.
pub fn is_value(text: &str) -> bool {
    let text = text.trim();
    if matches!(
        text,
        "-" | "–"
            | "—"
            | "."
            | ".."
            | "..."
            | "n/a"
            | "N/A"
            | "na"
            | "NA"
            | "n.a."
            | "x"
            | "X"
            | "*"
            | "●"
            | "•"
    ) {
        return true;
    }
    if text.len() > 1 && text.chars().all(|c| matches!(c, '.' | '…' | ' ')) {
        return true;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    digits > 0 && letters <= 2 && letters <= digits && text.chars().count() <= 24
}

/// The number that a text is, if it is nothing but one.
pub fn number(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '%' | '$')).collect();
    plain.replace(['−', '–'], "-").parse().ok()
}

/// Whether numbers follow one another at equal distances, as those along the side of a chart do.
pub fn is_scale(numbers: &[f64]) -> bool {
    if numbers.len() < 3 {
        return false;
    }
    let step = numbers[1] - numbers[0];
    step != 0.0 && numbers.windows(2).all(|pair| ((pair[1] - pair[0]) - step).abs() <= 0.02 * step.abs())
}

/// Whether a text is a year, or years: names of columns as often as values.
pub fn is_year(text: &str) -> bool {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20")) && text.chars().count() <= 9
}

/// Whether a text is nothing but the sign of a unit; if it is, whether it stands before its value.
pub fn is_sign(text: &str) -> Option<bool> {
    match text.trim() {
        "$" | "€" | "£" | "¥" | "US$" | "(" | "R$" => Some(true),
        "%" | ")" | ")%" | "%)" => Some(false),
        _ => None,
    }
}

/// Whether a line begins a note below a table.
pub fn is_note(text: &str) -> bool {
    let low = text.to_lowercase();
    ["note", "source", "sources", "notes", "nota", "fuente", "quelle", "remarque"].iter().any(|word| {
        low.strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with([':', '.', '—', '–', '-']))
    })
}

/// Whether a line begins the title of a table or a picture: `Table 3.`, `Figure A-1:`.
pub fn is_caption(text: &str) -> bool {
    names_table(text)
        || is_numbered(text, &["figure", "fig.", "chart", "graph", "exhibit", "abbildung", "figura"])
}

/// Whether a line begins the title of a table.
pub fn names_table(text: &str) -> bool {
    is_numbered(text, &["table", "tab.", "tableau", "tabelle", "tabla", "tabella", "tabela"])
}

/// Whether a text begins with one of the names and a number.
fn is_numbered(text: &str, names: &[&str]) -> bool {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default().to_lowercase();
    let is_number = |word: &str| {
        let word = word.trim_end_matches(['.', ':', ',']);
        word.chars().take(4).any(|c| c.is_ascii_digit()) || word.chars().all(|c| "IVX".contains(c))
    };
    names.contains(&first.trim_end_matches(':')) && words.next().is_some_and(is_number)
}

/// Whether dots lead from a text to what stands beside it.
pub fn is_leader(text: &str) -> bool {
    text.replace(' ', "").contains("....")
}
