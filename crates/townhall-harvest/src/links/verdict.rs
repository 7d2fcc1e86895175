//! What was found at a link.

use serde::{Deserialize, Serialize};

/// What was found, in one word. The words are stable: pages, files and the database have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It can be had.
    Works,
    /// It can be had at another address, for good.
    Moved,
    /// It can be had at another address, for now.
    Redirected,
    /// Whoever wants it has to be let in first.
    NeedsLogin,
    /// It is a page that says in friendly words that nothing is there.
    SoftMissing,
    /// Something is there, and it is not what was declared.
    WrongType,
    /// Nothing is there.
    Missing,
    /// Nothing is there any more, says its server.
    Gone,
    /// Something in front of the server keeps programs out; people may get in.
    Blocked,
    /// The server has a mistake of its own, or asks for patience.
    ServerError,
    /// Nothing answers.
    Unreachable,
    /// We don't ask: the address is not public, or neither http nor https, or its host wants no programs there.
    Refused,
    /// It was not asked for this time.
    Unchecked,
}

/// How bad a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It works, perhaps not quite as declared.
    None,
    /// It is there and not for everybody.
    Closed,
    /// It may pass by itself.
    Passing,
    /// It won't pass by itself.
    Lasting,
    /// Nothing can be said.
    Unknown,
}

impl Verdict {
    /// All of them, the best first.
    pub const ALL: [Self; 13] = [
        Self::Works,
        Self::Moved,
        Self::Redirected,
        Self::NeedsLogin,
        Self::SoftMissing,
        Self::WrongType,
        Self::Missing,
        Self::Gone,
        Self::Blocked,
        Self::ServerError,
        Self::Unreachable,
        Self::Refused,
        Self::Unchecked,
    ];

    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Moved => "moved",
            Self::Redirected => "redirected",
            Self::NeedsLogin => "needs-login",
            Self::SoftMissing => "soft-missing",
            Self::WrongType => "wrong-type",
            Self::Missing => "missing",
            Self::Gone => "gone",
            Self::Blocked => "blocked",
            Self::ServerError => "server-error",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Unchecked => "unchecked",
        }
    }

    /// Reads the word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == word)
    }
}

/// A step of a redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// Where from.
    pub url: String,
    /// By which status.
    pub status: u16,
}

/// What a check of a link found. What is not known is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The link.
    pub url: String,
    /// What was found, in one word.
    pub verdict: Verdict,
    /// The same in a sentence for people.
    pub reason: String,
    /// The status of the last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The status of the first answer, which is that of a redirect where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_status: Option<u16>,
    /// Where the redirects ended, if there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leads_to: Option<String>,
    /// The redirects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hops: Vec<Hop>,
    /// What its server says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The label of what it is by its first bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The label of what is packed inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<String>,
    /// The label of what it was declared to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// Its size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The SHA-256 of its bytes, where it is small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// When it changed, as its server says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// When the certificate of its server ends, if that is soon or past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_ends: Option<String>,
    /// Who in front of the server keeps programs out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<String>,
    /// The same address with https, where that answers and http does not lead there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub https: Option<String>,
    /// In how many seconds the server wants to be asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
    /// How long its server took to answer, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waited_ms: Option<u64>,
}

impl Checked {
    /// A finding without anything besides.
    pub fn new(url: impl Into<String>, verdict: Verdict, reason: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            verdict,
            reason: reason.into(),
            status: None,
            first_status: None,
            leads_to: None,
            hops: Vec::new(),
            content_type: None,
            format: None,
            inside: None,
            declared: None,
            bytes: None,
            sha256: None,
            etag: None,
            last_modified: None,
            certificate_ends: None,
            blocked_by: None,
            https: None,
            retry_after_s: None,
            waited_ms: None,
        }
    }

    /// How bad it is. A page in the place of data is no data; data of another kind is data that is described wrongly.
    pub fn trouble(&self) -> Trouble {
        match self.verdict {
            Verdict::Works | Verdict::Moved | Verdict::Redirected => Trouble::None,
            Verdict::WrongType if self.format.as_deref() == Some("HTML") => Trouble::Lasting,
            Verdict::WrongType => Trouble::None,
            Verdict::NeedsLogin => Trouble::Closed,
            Verdict::SoftMissing | Verdict::Missing | Verdict::Gone => Trouble::Lasting,
            Verdict::ServerError | Verdict::Unreachable => Trouble::Passing,
            Verdict::Blocked | Verdict::Refused | Verdict::Unchecked => Trouble::Unknown,
        }
    }

    /// Whether whoever clicks on it gets nothing, as far as one look can tell.
    pub fn is_broken(&self) -> bool {
        matches!(self.trouble(), Trouble::Passing | Trouble::Lasting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_the_same_everywhere() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::read(verdict.name()), Some(verdict));
            assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.name());
        }
        assert_eq!(Verdict::read("fine"), None);
    }
}
