//! Cells of a source as the definition's types have them, still as text: what does not fit stays as it is, so that whoever
//! makes the table rejects it with its row.

use super::{QuColumn, QuType};

impl QuColumn {
    /// What a cell holds, in the form that the type has everywhere; none when there is no value.
    pub fn read(&self, cell: &str) -> Option<String> {
        let cell = cell.trim();
        if cell.is_empty() {
            return None;
        }
        Some(match self.kind {
            // `01` and `1` are one number, and have to be one key where tables are joined.
            QuType::Integer => {
                cell.parse::<i64>().map_or_else(|_| cell.to_owned(), |number| number.to_string())
            }
            QuType::Dollars => cell.replace(['$', ','], ""),
            QuType::Date => match &self.format {
                Some(pattern) => joda_date(pattern, cell).unwrap_or_else(|| cell.to_owned()),
                None => cell.to_owned(),
            },
            QuType::Lookup => self.lookup.get(cell)?.clone(),
            QuType::String | QuType::Number | QuType::Boolean => cell.to_owned(),
        })
    }
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The day, as `2020-12-31`, of a text in a pattern of Joda-Time; times of day are passed over.
fn joda_date(pattern: &str, text: &str) -> Option<String> {
    let (mut year, mut month, mut day) = (None, None, None);
    let mut rest = text;
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            // Between quotes stands plain text; two of them are one.
            if letters.next_if_eq(&'\'').is_some() {
                rest = rest.strip_prefix('\'')?;
                continue;
            }
            for plain in letters.by_ref().take_while(|c| *c != '\'') {
                rest = rest.strip_prefix(plain)?;
            }
            continue;
        }
        if !letter.is_ascii_alphabetic() {
            rest = rest.strip_prefix(letter)?;
            continue;
        }
        let mut count = 1;
        while letters.next_if_eq(&letter).is_some() {
            count += 1;
        }
        let is_followed_by_digits = letters.peek().is_some_and(|next| next.is_ascii_alphabetic());
        let most = if is_followed_by_digits { count } else { 9.max(count) };
        match letter {
            'M' if count >= 3 => {
                let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
                let name = rest.get(..3)?.to_ascii_lowercase();
                month = Some(MONTHS.iter().position(|known| *known == name)? as i64 + 1);
                rest = &rest[end..];
            }
            'a' | 'E' | 'z' | 'Z' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '+' | '-' | ':')));
                rest = &rest[end.unwrap_or(rest.len())..];
            }
            _ => {
                let digits = rest.chars().take(most).take_while(char::is_ascii_digit).count();
                let number: i64 = rest[..digits].parse().ok()?;
                rest = &rest[digits..];
                match letter {
                    // Joda takes two digits to lie within fifty years of now; the data are of this century and the last.
                    'y' | 'Y' | 'x' if count == 2 && digits <= 2 => {
                        year = Some(number + if number < 70 { 2_000 } else { 1_900 });
                    }
                    'y' | 'Y' | 'x' => year = Some(number),
                    'M' => month = Some(number),
                    'd' => day = Some(number),
                    _ => {}
                }
            }
        }
    }
    let (month, day) = (month.unwrap_or(1), day.unwrap_or(1));
    let fits = rest.trim().is_empty() && (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then_some(()).and(year).map(|year| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: QuType, format: Option<&str>) -> QuColumn {
        QuColumn {
            header: "h".to_owned(),
            name: "n".to_owned(),
            kind,
            format: format.map(str::to_owned),
            lookup: [("1".to_owned(), "Yes".to_owned())].into(),
        }
    }

    #[test]
    fn cells_are_read_by_their_types() {
        let read = |kind, cell: &str| column(kind, None).read(cell);
        assert_eq!(read(QuType::Integer, " 01 ").as_deref(), Some("1"));
        assert_eq!(read(QuType::Integer, "NA").as_deref(), Some("NA"));
        assert_eq!(read(QuType::String, " 01 ").as_deref(), Some("01"));
        assert_eq!(read(QuType::String, "  "), None);
        assert_eq!(read(QuType::Dollars, "$1,234.50").as_deref(), Some("1234.50"));
        assert_eq!(read(QuType::Lookup, "1").as_deref(), Some("Yes"));
        assert_eq!(read(QuType::Lookup, "2"), None);
    }

    #[test]
    fn dates_are_read_by_their_pattern() {
        let read = |pattern, cell: &str| column(QuType::Date, Some(pattern)).read(cell);
        assert_eq!(read("MM/dd/yyyy", "1/2/2013").as_deref(), Some("2013-01-02"));
        assert_eq!(read("yyyyMMdd", "20130102").as_deref(), Some("2013-01-02"));
        assert_eq!(read("d MMM yy", "5 March 99").as_deref(), Some("1999-03-05"));
        assert_eq!(read("yyyy-MM-dd'T'HH:mm:ss", "2013-01-02T03:04:05").as_deref(), Some("2013-01-02"));
        assert_eq!(read("MM/dd/yyyy", "soon").as_deref(), Some("soon"));
        assert_eq!(read("MM/dd/yyyy", "13/40/2013").as_deref(), Some("13/40/2013"));
    }
}
