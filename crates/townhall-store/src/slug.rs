//! Names in URLs: readable, permanent, one record each.

use crate::limits::SLUG_CHARACTERS_MAX;

/// Words that stand for something else where a slug would.
const RESERVED: [&str; 6] = ["search", "new", "all", "index", "edit", "files"];

/// A slug from a title: lower-case ASCII letters and digits with single hyphens; never empty, never a reserved word.
pub fn slug_of(title: &str) -> String {
    let mut slug = String::new();
    for character in title.chars() {
        let folded = fold(character);
        for c in folded.chars() {
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        if slug.len() >= SLUG_CHARACTERS_MAX {
            break;
        }
    }
    slug.truncate(SLUG_CHARACTERS_MAX);
    let slug = slug.trim_end_matches('-');
    match slug {
        "" => "record".to_owned(),
        word if RESERVED.contains(&word) => format!("{word}-data"),
        word => word.to_owned(),
    }
}

/// The same with a short mark that tells it from others of that name.
pub(crate) fn with_mark(slug: &str, mark: &str) -> String {
    let room = SLUG_CHARACTERS_MAX - mark.len() - 1;
    let cut = &slug[..slug.len().min(room)];
    format!("{}-{mark}", cut.trim_end_matches('-'))
}

/// Letters of Western European languages without their marks; an apostrophe joins, anything else separates.
fn fold(character: char) -> &'static str {
    match character {
        'À'..='Å' | 'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'Æ' | 'æ' => "ae",
        'Ç' | 'ç' | 'ć' | 'č' => "c",
        'È'..='Ë' | 'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
        'Ì'..='Ï' | 'ì'..='ï' | 'ī' => "i",
        'Ñ' | 'ñ' | 'ń' | 'ň' => "n",
        'Ò'..='Ö' | 'ò'..='ö' | 'Ø' | 'ø' | 'ō' => "o",
        'Œ' | 'œ' => "oe",
        'ß' => "ss",
        'ś' | 'š' | 'Š' => "s",
        'Ù'..='Ü' | 'ù'..='ü' | 'ū' => "u",
        'Ý' | 'ý' | 'ÿ' => "y",
        'ž' | 'Ž' | 'ź' | 'ż' => "z",
        '\'' | '’' => "",
        c if c.is_ascii_alphanumeric() => ASCII[c as usize],
        _ => "-",
    }
}

/// Each ASCII character as a text, so that folding gives one type.
const ASCII: [&str; 128] = {
    let mut table = [""; 128];
    let bytes: &'static str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut index = 0;
    while index < bytes.len() {
        let (_, rest) = bytes.split_at(index);
        let (one, _) = rest.split_at(1);
        table[bytes.as_bytes()[index] as usize] = one;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_readable_name() {
        assert_eq!(slug_of("FY-2023: Children's Café & Budget (v1.2)"), "fy-2023-childrens-cafe-budget-v1-2");
        assert_eq!(slug_of("—"), "record");
        assert_eq!(slug_of("Search"), "search-data");
        assert!(slug_of(&"word ".repeat(50)).len() <= SLUG_CHARACTERS_MAX);
        assert_eq!(with_mark("abc", "1f"), "abc-1f");
        assert!(with_mark(&"a".repeat(90), "1f2e3d").len() <= SLUG_CHARACTERS_MAX);
    }
}
