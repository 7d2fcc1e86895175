//! Every rule, with its code, source and remedy.

mod harvest;
mod meaning;
mod reading;
mod shape;
mod three;

pub use harvest::*;
pub use meaning::*;
pub use reading::*;
pub use shape::*;
use std::sync::LazyLock;
pub use three::*;
use townhall_model::Severity;

use super::profile::Profile;

/// One thing that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The stable code: `ACCESS-RIGHTS`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The profiles that it belongs to.
    pub profiles: Profiles,
    /// Whether it is part of the official verdict of its profiles.
    pub official: bool,
    /// What it asks for, in one sentence.
    pub title: &'static str,
    /// The document and section that it follows.
    pub source: &'static str,
    /// What to do when it is broken.
    pub fix: &'static str,
}

/// A set of profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profiles(u16);

impl Profiles {
    /// All of them.
    pub const ALL: Self = Self(0xfff);
    /// Those of Project Open Data 1.0.
    pub const POD_1_0: Self = Self(0b11);
    /// Those of DCAT-US 1.1.
    pub const DCAT_US_1_1: Self = Self(0b11_1111_1100);
    /// Those of 1.0 and 1.1.
    pub const UP_TO_1_1: Self = Self(0b11_1111_1111);
    /// Those of DCAT-US 3.0.
    pub const DCAT_US_3_0: Self = Self(0b1100_0000_0000);
    /// The harvester of data.gov with DCAT-US 3.0.
    pub const HARVESTER_3_0: Self = Self(0b1000_0000_0000);

    /// Whether the profile is among them.
    pub fn contains(self, profile: Profile) -> bool {
        self.0 & profile.bit() != 0
    }

    /// The profiles, in their order.
    pub fn iter(self) -> impl Iterator<Item = Profile> {
        Profile::ALL.iter().copied().filter(move |profile| self.contains(*profile))
    }
}

/// Every rule, in the order in which the documentation lists them.
pub static RULES: LazyLock<Vec<&'static Rule>> =
    LazyLock::new(|| [SHAPE, HARVEST, MEANING, THREE, READING].concat());

/// The rule with this code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code == code)
}

/// Writes a list of rules, and each of them under its own name.
macro_rules! rules {
    ($list:ident: $about:literal; $($name:ident = $code:literal, $severity:ident, $profiles:ident, $title:literal, $source:literal, $fix:literal;)*) => {
        $(
            #[doc = $title]
            pub static $name: Rule = Rule {
                code: $code,
                severity: Severity::$severity,
                profiles: Profiles::$profiles,
                official: OFFICIAL,
                title: $title,
                source: $source,
                fix: $fix,
            };
        )*

        #[doc = $about]
        pub const $list: &[&Rule] = &[$(&$name),*];
    };
}
use rules;
