//! Who is reading, and what access levels mean in plain words.

use townhall_model::record::AccessLevel;

/// Who is reading. Every use case that reads takes it, so that no door shows what another would refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Anybody: published records only.
    Public,
    /// Those who make the catalogue: drafts as well.
    Staff,
}

/// What an access level means for a reader, in one sentence.
pub const fn in_plain_words(level: AccessLevel) -> &'static str {
    match level {
        AccessLevel::Public => "Anyone may have this data.",
        AccessLevel::RestrictedPublic => {
            "This data is available under conditions; the description or the contact says which."
        }
        AccessLevel::NonPublic => "This data is not available to the public; this page tells that it exists.",
    }
}
