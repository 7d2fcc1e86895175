//! The licenses that we know, read from one bundled list.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::address;
use super::name::{normal, stated};

/// The list as it is bundled.
pub(crate) const TABLE: &str = include_str!("../../lists/licenses.tsv");

/// Whether data under a license is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Openness {
    /// Open as the Open Definition 2.1 has it: anybody may use, change and share it, for anything.
    Open,
    /// Something is kept back, such as commercial use.
    Closed,
    /// Nobody has said.
    Unclear,
}

/// What a license was written for. Under another one, its words may not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MadeFor {
    /// Anything: text, images, data.
    Anything,
    /// Databases.
    Data,
    /// Texts.
    Text,
    /// Programs.
    Software,
}

/// What those who use the work have to do, or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Conditions {
    /// Name the source (BY).
    pub attribution: bool,
    /// Pass the license on with the work, by its text or a link.
    pub notice: bool,
    /// Say what was changed.
    pub state_changes: bool,
    /// Share what is made of it on the same terms (SA).
    pub share_alike: bool,
    /// No use for money (NC).
    pub non_commercial: bool,
    /// No changed versions (ND).
    pub no_derivatives: bool,
    /// No technical locks on what is passed on.
    pub no_locks: bool,
    /// Nothing at all without asking.
    pub reserved: bool,
}

/// A license that we know.
#[derive(Debug, PartialEq, Eq)]
pub struct License {
    /// Its id: that of SPDX where it has one, such as `CC-BY-4.0`.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its own address; none for what is only a class of licenses, such as `other-open`.
    pub url: Option<&'static str>,
    /// Whether it is open.
    pub openness: Openness,
    /// Whether it gives up all rights, or says that there are none.
    pub is_waiver: bool,
    /// Whether it holds in the United States only.
    pub is_us_only: bool,
    /// What it was written for.
    pub made_for: MadeFor,
    /// What it asks.
    pub conditions: Conditions,
    /// Whether the id is in the SPDX list, which programs understand.
    pub is_spdx: bool,
    /// The id that CKAN has for it.
    pub ckan_id: Option<&'static str>,
    /// The code in the authority table of licenses of the European Union.
    pub eu_code: Option<&'static str>,
}

impl License {
    /// Whether data under it is open.
    pub fn is_open(&self) -> bool {
        self.openness == Openness::Open
    }

    /// The id without its version: `CC-BY-SA` of `CC-BY-SA-4.0`.
    pub fn family(&self) -> &'static str {
        self.split().0
    }

    /// The version, where the id has one: `4.0` of `CC-BY-SA-4.0`.
    pub fn version(&self) -> Option<&'static str> {
        self.split().1
    }

    fn split(&self) -> (&'static str, Option<&'static str>) {
        match self.id.rsplit_once('-') {
            Some((family, version)) if version.starts_with(|first: char| first.is_ascii_digit()) => {
                (family, version.contains('.').then_some(version))
            }
            _ => (self.id, None),
        }
    }
}

/// Every license that we know: dedications first, then those of Creative Commons, of governments, of programs, and
/// last the classes that portals have for the rest.
pub static LICENSES: LazyLock<Vec<License>> = LazyLock::new(|| rows().map(|row| row.license).collect());

/// The license with this id, whatever its case.
pub fn license(id: &str) -> Option<&'static License> {
    LICENSES.iter().find(|license| license.id.eq_ignore_ascii_case(id))
}

/// Where licenses are found by the beginnings of their addresses, and by their names.
pub(super) struct Index {
    /// By address without scheme, `www.` and closing slash, in small letters.
    pub addresses: HashMap<String, &'static License>,
    /// By name in its normal form.
    pub names: HashMap<String, &'static License>,
}

pub(super) static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let (mut addresses, mut names) = (HashMap::new(), HashMap::new());
    for (row, license) in rows().zip(LICENSES.iter()) {
        let own = license.url.map(address::bare);
        for site in row.sites.split(' ').map(str::to_owned).chain(own).filter(|site| site != "-") {
            addresses.insert(site, license);
        }
        let written = row.names.split('|').map(|name| name.split_once(':').map_or(name, tagged));
        for name in written.chain([license.id, license.name]).filter(|name| *name != "-") {
            // CKAN's `cc-by` is of any version, so it can't name one of them.
            if stated(name).is_none_or(|stated| stated.version.is_some()) {
                names.insert(normal(name), license);
            }
        }
    }
    Index { addresses, names }
});

fn tagged((tag, name): (&'static str, &'static str)) -> &'static str {
    debug_assert!(matches!(tag, "ckan" | "eu"), "{tag}");
    name
}

struct Row {
    license: License,
    sites: &'static str,
    names: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).filter_map(row)
}

fn row(line: &'static str) -> Option<Row> {
    let mut cells = line.split('\t');
    let (id, name, url) = (cells.next()?, cells.next()?, cells.next()?);
    let (terms, sites, names) = (cells.next()?, cells.next()?, cells.next()?);
    let has = |word: &str| terms.split(' ').any(|term| term == word);
    let tag = |tag: &str| {
        names
            .split('|')
            .find_map(|name| name.split_once(':').filter(|(known, _)| *known == tag))
            .map(|(_, id)| id)
    };
    let license = License {
        id,
        name,
        url: (url != "-").then_some(url),
        openness: match () {
            () if has("open") => Openness::Open,
            () if has("closed") => Openness::Closed,
            () => Openness::Unclear,
        },
        is_waiver: has("waiver"),
        is_us_only: has("us"),
        made_for: match () {
            () if has("data") => MadeFor::Data,
            () if has("text") => MadeFor::Text,
            () if has("software") => MadeFor::Software,
            () => MadeFor::Anything,
        },
        conditions: Conditions {
            attribution: has("by"),
            notice: has("notice"),
            state_changes: has("changes"),
            share_alike: has("sa"),
            non_commercial: has("nc"),
            no_derivatives: has("nd"),
            no_locks: has("plain"),
            reserved: has("reserved"),
        },
        is_spdx: has("spdx"),
        ckan_id: tag("ckan"),
        eu_code: tag("eu"),
    };
    Some(Row { license, sites, names })
}
