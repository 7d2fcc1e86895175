//! Names that staff give to what they keep: they stand in addresses.

use crate::Error;

/// Characters of a name.
const NAME_CHARS_MAX: usize = 60;

/// Refuses a name that can't stand in an address, or is taken by something else.
pub(crate) fn check_name(what: &str, name: &str, taken: &[&str]) -> Result<(), Error> {
    let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && name.len() <= NAME_CHARS_MAX;
    if !is_plain {
        let shown: String = name.chars().take(80).collect();
        return Err(Error::invalid(format!("`{shown}` is no name for {what}")).with_hint(format!(
            "a name begins with a small letter and has small letters, digits and hyphens, {NAME_CHARS_MAX} at most"
        )));
    }
    if taken.contains(&name) {
        return Err(Error::invalid(format!(
            "`{name}` is no name for {what}: it means something else in addresses"
        ))
        .with_hint("take another"));
    }
    Ok(())
}
