//! Findings that are known and put up with: a list of fingerprints, one a line.

use std::collections::HashSet;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use townhall_model::Finding;

/// How many bytes of a hash make a fingerprint; in hexadecimal it has twice as many digits.
const FINGERPRINT_BYTES: usize = 10;

/// What tells a finding from others, now and in the next edition of the file.
///
/// It is made of the code, the identifier (or title, or place) of the dataset, the place within the dataset and the
/// value, but not of line numbers and not of the dataset's place in the file.
pub fn fingerprint(finding: &Finding) -> String {
    let place = match finding.dataset_index {
        Some(_) => finding.pointer.splitn(4, '/').nth(3).unwrap_or_default(),
        None => finding.pointer.as_str(),
    };
    let name = finding.identifier.as_ref().or(finding.title.as_ref());
    let number = finding.dataset_index.filter(|_| name.is_none()).map(|index| index.to_string());
    let value = finding.value.as_deref().unwrap_or_default();
    let name = name.map_or(number.as_deref().unwrap_or_default(), String::as_str);
    let mut hasher = Sha256::new();
    for part in [finding.code.as_str(), name, place, value] {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut hexadecimal = String::with_capacity(2 * FINGERPRINT_BYTES);
    for byte in &hasher.finalize()[..FINGERPRINT_BYTES] {
        write!(hexadecimal, "{byte:02x}").expect("a text takes everything");
    }
    hexadecimal
}

/// The findings that are not to be told again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    known: HashSet<String>,
}

impl Baseline {
    /// The baseline that knows these findings.
    pub fn of(findings: &[Finding]) -> Self {
        Self { known: findings.iter().map(fingerprint).collect() }
    }

    /// Reads a baseline as [`write`](Self::write) writes it; other lines are passed over.
    pub fn read(text: &str) -> Self {
        let is_fingerprint = |line: &&str| {
            line.len() == 2 * FINGERPRINT_BYTES && line.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        Self { known: text.lines().map(str::trim).filter(is_fingerprint).map(str::to_owned).collect() }
    }

    /// The fingerprints, sorted, one a line, so that two editions compare well.
    pub fn write(&self) -> String {
        let mut lines = self.known.iter().map(String::as_str).collect::<Vec<_>>();
        lines.sort_unstable();
        let mut text =
            "# Findings that are known; `townhall validate --baseline` does not tell them again.\n"
                .to_owned();
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Whether a finding is known.
    pub fn has(&self, finding: &Finding) -> bool {
        self.known.contains(&fingerprint(finding))
    }

    /// How many findings are known.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}
