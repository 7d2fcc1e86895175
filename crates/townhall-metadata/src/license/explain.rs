//! What a license means, in plain words.

use super::{License, MadeFor, Openness};

/// What people may do, must do and must not do under a license.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The whole in one sentence.
    pub summary: &'static str,
    /// What anybody may do.
    pub may: Vec<&'static str>,
    /// What has to be done in return.
    pub must: Vec<&'static str>,
    /// What is not allowed.
    pub must_not: Vec<&'static str>,
    /// Whether it is open as the Open Definition has it, and why.
    pub openness: &'static str,
    /// What else is good to know.
    pub notes: Vec<&'static str>,
}

/// Whether a license suits a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fitness {
    /// It is meant for such works.
    Good,
    /// It can be used, but another one says it better.
    Possible,
    /// It says something that is not so, or keeps back what must be given.
    Poor,
}

/// Whether a license suits a work, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suitability {
    /// Whether it suits.
    pub fitness: Fitness,
    /// Why, in one sentence.
    pub reason: &'static str,
}

impl License {
    /// What it means, in plain words. It is no legal advice.
    pub fn explain(&self) -> Explanation {
        Explanation {
            summary: self.summary(),
            may: self.may(),
            must: self.must(),
            must_not: self.must_not(),
            openness: self.openness_reason(),
            notes: self.notes(),
        }
    }

    fn summary(&self) -> &'static str {
        let asks = self.conditions;
        match self.openness {
            Openness::Unclear => {
                "Nobody has said what you may do: ask the contact before you rely on the data."
            }
            _ if asks.reserved => "You may not use it without permission: ask the contact.",
            _ if self.is_us_only => {
                "Made by the federal government: in the United States nobody holds copyright, so you may use it for anything."
            }
            _ if self.is_waiver => "Nobody keeps rights in it: you may use it for anything, without asking.",
            Openness::Open if asks.share_alike => {
                "You may use it for anything, as long as you name the source and share what you make of it on the same terms."
            }
            Openness::Open if asks.attribution => {
                "You may use it for anything, as long as you name the source."
            }
            Openness::Open if asks.notice => {
                "You may use it for anything, as long as you keep its notice with it."
            }
            Openness::Open => "You may use it for anything; its own text says what it asks in return.",
            Openness::Closed => match (asks.non_commercial, asks.no_derivatives) {
                (true, true) => "You may pass it on unchanged, but not to make money; name the source.",
                (true, false) => "You may use it, but not to make money; name the source.",
                (false, true) => "You may pass it on unchanged; name the source.",
                (false, false) => "Its use is limited: read its own text before you rely on the data.",
            },
        }
    }

    fn may(&self) -> Vec<&'static str> {
        let asks = self.conditions;
        if self.openness == Openness::Unclear || asks.reserved {
            return Vec::new();
        }
        let mut may = vec!["copy it and keep it", "pass it on to others"];
        if !asks.no_derivatives {
            may.push("change it, combine it with other data, and publish the result");
        }
        if self.is_open() {
            may.push("use it to make money");
        }
        may
    }

    fn must(&self) -> Vec<&'static str> {
        let asks = self.conditions;
        let rows = [
            (asks.attribution, "name the source, in the way that the publisher asks for"),
            (asks.notice, "pass the license on with it, by its text or a link to it"),
            (asks.state_changes, "say what you have changed"),
            (asks.share_alike, "put what you make of it under the same license when you publish it"),
        ];
        rows.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| text).collect()
    }

    fn must_not(&self) -> Vec<&'static str> {
        let asks = self.conditions;
        let rows = [
            (asks.reserved, "use it without permission, beyond what the law allows anyway"),
            (asks.non_commercial, "use it mainly to make money"),
            (asks.no_derivatives, "publish changed versions of it, or combinations with other data"),
            (asks.no_locks, "lock it up so that others can't do what the license lets them do"),
            (
                asks.attribution && !self.is_waiver,
                "look as if the publisher had approved of you or of what you make",
            ),
        ];
        rows.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| text).collect()
    }

    fn openness_reason(&self) -> &'static str {
        let asks = self.conditions;
        match self.openness {
            Openness::Unclear => {
                "It can't be told: no license is given, and without one nobody has permission."
            }
            Openness::Open if self.is_waiver => "Open: nobody keeps anything back.",
            Openness::Open if asks.share_alike => {
                "Open: sharing on the same terms is a condition that the Open Definition allows (2.2.2)."
            }
            Openness::Open => {
                "Open: naming the source or keeping a notice is all it asks (Open Definition 2.2)."
            }
            Openness::Closed if asks.non_commercial && asks.no_derivatives => {
                "Not open: it forbids use for money and changed versions (Open Definition 2.1.3 and 2.1.8)."
            }
            Openness::Closed if asks.non_commercial => {
                "Not open: it forbids use for money (Open Definition 2.1.8)."
            }
            Openness::Closed if asks.no_derivatives => {
                "Not open: it forbids changed versions (Open Definition 2.1.3)."
            }
            Openness::Closed => "Not open: it limits for what, or by whom, the data may be used.",
        }
    }

    fn notes(&self) -> Vec<&'static str> {
        let mut notes = Vec::new();
        if self.is_us_only {
            notes.push("It holds in the United States; abroad the government may hold copyright. CC0 gives it up there, too.");
        }
        match self.made_for {
            MadeFor::Software => {
                notes.push("It was written for programs; for data, CC0, CC BY or ODC-By say more clearly what holds.");
            }
            MadeFor::Text => {
                notes.push("It was written for texts and manuals; what it asks is hard to do with data.");
            }
            MadeFor::Data | MadeFor::Anything => {}
        }
        if self.family().starts_with("CC-BY") && self.version().is_some_and(|version| version < "4.0") {
            notes.push("It is an earlier version: before 4.0 these licenses did not cover the rights in databases that some countries have.");
        }
        if self.url.is_none() && self.openness != Openness::Closed {
            notes.push("It is a class of licenses and not one of them: `license` has to be the address of the license itself.");
        }
        notes
    }

    /// Whether it suits what federal employees have made in their work (17 U.S.C. 105).
    pub fn for_federal_works(&self) -> Suitability {
        let (fitness, reason) = match self.openness {
            _ if self.is_us_only => {
                (Fitness::Good, "it says just what the law says: no copyright in the United States")
            }
            Openness::Open if self.url.is_none() => {
                (Fitness::Poor, "it is no license but a class of them; write the address of one")
            }
            Openness::Open if self.is_waiver && self.made_for != MadeFor::Software => {
                (Fitness::Good, "it gives up, abroad too, rights that nobody has in the United States anyway")
            }
            Openness::Open => (
                Fitness::Poor,
                "it asks for something in return, which nobody can ask in the United States where there is no copyright; \
                 use https://www.usa.gov/government-works or CC0",
            ),
            Openness::Closed => (
                Fitness::Poor,
                "it forbids what nobody can forbid: works of federal employees have no copyright in the United States \
                 (17 U.S.C. 105)",
            ),
            Openness::Unclear => (
                Fitness::Poor,
                "it says nothing, though the law does: use https://www.usa.gov/government-works",
            ),
        };
        Suitability { fitness, reason }
    }

    /// Whether it suits what contractors or grantees have made for the government (FAR 27.4, 2 CFR 200.315).
    pub fn for_contractor_works(&self) -> Suitability {
        let (fitness, reason) = match self.openness {
            _ if self.is_us_only => (
                Fitness::Poor,
                "contractors do hold copyright in what they make, so this label would be wrong; ask them for an open license",
            ),
            Openness::Open if self.url.is_none() => {
                (Fitness::Poor, "it is no license but a class of them; write the address of one")
            }
            Openness::Open if self.made_for == MadeFor::Software => {
                (Fitness::Possible, "it is open, but was written for programs; CC BY or CC0 fit data better")
            }
            Openness::Open if self.conditions.share_alike => (
                Fitness::Possible,
                "it is open, but who combines the data with other data has to use the same license",
            ),
            Openness::Open => (Fitness::Good, "it is open, if the contract lets the contractor give it"),
            Openness::Closed => (
                Fitness::Poor,
                "it is not open, and data published by an agency has to be (M-13-13 III.1.c); ask for another one",
            ),
            Openness::Unclear => {
                (Fitness::Poor, "it says nothing; look into the contract, and ask for an open license")
            }
        };
        Suitability { fitness, reason }
    }
}
