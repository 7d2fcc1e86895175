//! What was probably meant by a value that does not fit: the frequent mistakes of real files.

use townhall_model::month_named;
use townhall_model::record::When;

use super::form::Form;
use crate::license::{Openness, by_name};

/// Longer texts are no slips.
const TEXT_BYTES_MAX: usize = 300;

/// What to write instead of a text that does not have its form, if it can be told what was meant.
pub fn suggestion(form: Form, text: &str) -> Option<String> {
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let trimmed = text.trim();
    if trimmed != text && form.takes(trimmed) {
        return Some("remove the spaces around it".to_owned());
    }
    let meant = match form {
        Form::Uri | Form::Iri => url(trimmed)?,
        Form::MailTo => email(trimmed)?,
        Form::MediaType => media_type(trimmed)?,
        Form::Language => trimmed.replace('_', "-"),
        Form::ShortLanguage => crate::convert::two_letters(trimmed)?,
        Form::BureauCode | Form::ProgramCode => trimmed.replace('-', ":"),
        Form::Date | Form::Modified | Form::Date10 | Form::Date30 => date(trimmed)?,
        Form::Temporal => period(trimmed)?,
        Form::Frequency => crate::convert::frequency(trimmed),
        Form::Frequency30 => match crate::convert::frequency(trimmed) {
            iso if iso == "irregular" || iso.starts_with("R/P") => iso,
            _ => return None,
        },
        Form::Mail | Form::InvestmentId | Form::Identifier10 => return None,
    };
    (meant != text && form.takes(&meant)).then(|| format!("write `{meant}`"))
}

fn url(text: &str) -> Option<String> {
    // The usual words in the place of an address are the name of a license.
    let named = by_name(text).filter(|(license, _)| license.openness != Openness::Unclear);
    if let Some(url) = named.and_then(|(license, _)| license.url) {
        return Some(url.to_owned());
    }
    let escaped = text.replace(' ', "%20");
    if text.contains("://") {
        Some(escaped)
    } else {
        text.starts_with("www.").then(|| format!("https://{escaped}"))
    }
}

fn email(text: &str) -> Option<String> {
    let first = text.split([',', ';', ' ']).map(str::trim).find(|part| part.contains('@'))?;
    let address = first.trim_start_matches("mailto:").trim_matches(['<', '>']);
    Some(format!("mailto:{address}"))
}

fn media_type(text: &str) -> Option<String> {
    if let Some((essence, _)) = text.split_once(';') {
        return Some(essence.trim().to_owned());
    }
    let extension = text.trim_start_matches('.').to_ascii_lowercase();
    super::list::media_types_of(&extension)?.split(' ').next().map(str::to_owned)
}

fn period(text: &str) -> Option<String> {
    let (start, end) =
        ["/", " to ", " - ", "–"].into_iter().find_map(|separator| text.split_once(separator))?;
    let date = |text: &str| date(text.trim());
    Some(format!("{}/{}", date(start)?, date(end)?))
}

/// The date in a text that says one in another way. Of two numbers below 13 nobody knows which is the month.
fn date(text: &str) -> Option<String> {
    if let Some(date) = When::read(text).date {
        return Some(date.to_string());
    }
    let parts = text.split(['/', '-', ' ', ',', '.']).filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let number = |text: &str| text.parse::<u32>().ok();
    let named = |text: &str| month_named(text).map(u32::from);
    let (year, month, day) = match parts[..] {
        // Of `201603-01-01` the last part is spare.
        [year, month, _] if year.len() == 6 && month.len() == 2 => {
            (number(year.get(..4)?)?, number(year.get(4..)?)?, number(month)?)
        }
        [month, day, year] if is_year(year) && number(month).and(number(day)).is_some() => {
            (number(year)?, number(month)?, number(day)?)
        }
        [month, day, year] if is_year(year) && number(day).is_some() => {
            (number(year)?, named(month)?, number(day)?)
        }
        [day, month, year] if is_year(year) => (number(year)?, named(month)?, number(day)?),
        [month, year] if is_year(year) => {
            let month = named(month).or_else(|| number(month)).filter(|month| (1..=12).contains(month))?;
            return Some(format!("{year}-{month:02}"));
        }
        _ => return None,
    };
    let is_clear =
        day > 12 || parts.len() < 3 || number(parts[0]).is_none() || parts[0].len() == 6 || day == month;
    let date = format!("{year:04}-{month:02}-{day:02}");
    (is_clear && When::read(&date).date.is_some()).then_some(date)
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_understood_where_they_are_clear() {
        for (text, meant) in [
            ("1/31/2014", Some("2014-01-31")),
            ("Jan 2014", Some("2014-01")),
            ("January 31, 2014", Some("2014-01-31")),
            ("31 Jan. 2014", Some("2014-01-31")),
            ("201603-01-01", Some("2016-03-01")),
            ("4/4/2014", Some("2014-04-04")),
            ("1/2/2014", None),
            ("13/45/2020", None),
            ("2/30/2014", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(date(text).as_deref(), meant, "{text}");
        }
    }
}
