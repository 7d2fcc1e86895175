//! The profiles: whose eyes a file is judged with.

use std::str::FromStr;
use std::sync::LazyLock;

use townhall_model::record::Version;

use super::dcat_us_1_1::{self, Roots, Variant};
use super::{dcat_us_3_0, pod_1_0};

/// A published schema, or a harvester with a mind of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Profile {
    /// Project Open Data 1.0 for federal agencies.
    Pod10Federal,
    /// Project Open Data 1.0 for everybody else.
    Pod10NonFederal,
    /// DCAT-US 1.1 as published with Project Open Data.
    Canonical,
    /// DCAT-US 1.1 as published at resources.data.gov.
    Resources,
    /// DCAT-US 1.1 as the Project Open Data Dashboard checked federal agencies.
    DashboardFederal,
    /// DCAT-US 1.1 as the Project Open Data Dashboard checked everybody else.
    DashboardNonFederal,
    /// DCAT-US 1.1 as ckanext-datajson checks federal agencies.
    CkanFederal,
    /// DCAT-US 1.1 as ckanext-datajson checks everybody else.
    CkanNonFederal,
    /// DCAT-US 1.1 as the harvester of data.gov checks federal agencies.
    HarvesterFederal,
    /// DCAT-US 1.1 as the harvester of data.gov checks everybody else.
    HarvesterNonFederal,
    /// DCAT-US 3.0 as its schema says.
    Schema30,
    /// DCAT-US 3.0 as the harvester of data.gov takes it.
    Harvester30,
}

use Profile as P;

impl Profile {
    /// Every profile, in the order in which the documentation lists them.
    pub const ALL: &[Self] = &[
        P::Pod10Federal,
        P::Pod10NonFederal,
        P::Canonical,
        P::Resources,
        P::DashboardFederal,
        P::DashboardNonFederal,
        P::CkanFederal,
        P::CkanNonFederal,
        P::HarvesterFederal,
        P::HarvesterNonFederal,
        P::Schema30,
        P::Harvester30,
    ];

    /// The name in answers and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            P::Pod10Federal => "pod-1.0-federal",
            P::Pod10NonFederal => "pod-1.0-non-federal",
            P::Canonical => "dcat-us-1.1-canonical",
            P::Resources => "dcat-us-1.1-resources",
            P::DashboardFederal => "dcat-us-1.1-dashboard-federal",
            P::DashboardNonFederal => "dcat-us-1.1-dashboard-non-federal",
            P::CkanFederal => "dcat-us-1.1-ckan-federal",
            P::CkanNonFederal => "dcat-us-1.1-ckan-non-federal",
            P::HarvesterFederal => "dcat-us-1.1-harvester-federal",
            P::HarvesterNonFederal => "dcat-us-1.1-harvester-non-federal",
            P::Schema30 => "dcat-us-3.0-schema",
            P::Harvester30 => "dcat-us-3.0-harvester",
        }
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            P::Pod10Federal => "Project Open Data 1.0, federal",
            P::Pod10NonFederal => "Project Open Data 1.0, non-federal",
            P::Canonical => "DCAT-US 1.1, canonical schema",
            P::Resources => "DCAT-US 1.1, resources.data.gov",
            P::DashboardFederal => "DCAT-US 1.1, Project Open Data Dashboard, federal",
            P::DashboardNonFederal => "DCAT-US 1.1, Project Open Data Dashboard, non-federal",
            P::CkanFederal => "DCAT-US 1.1, ckanext-datajson, federal",
            P::CkanNonFederal => "DCAT-US 1.1, ckanext-datajson, non-federal",
            P::HarvesterFederal => "DCAT-US 1.1, data.gov harvester, federal",
            P::HarvesterNonFederal => "DCAT-US 1.1, data.gov harvester, non-federal",
            P::Schema30 => "DCAT-US 3.0, schema",
            P::Harvester30 => "DCAT-US 3.0, data.gov harvester",
        }
    }

    /// The version of the standard.
    pub fn version(self) -> Version {
        match self {
            P::Pod10Federal | P::Pod10NonFederal => Version::Pod10,
            P::Schema30 | P::Harvester30 => Version::DcatUs30,
            _ => Version::DcatUs11,
        }
    }

    /// The document that the official part of the verdict follows, for the source of a finding.
    pub fn source(self) -> &'static str {
        match self {
            P::Pod10Federal | P::Pod10NonFederal => "Project Open Data metadata schema 1.0",
            P::Canonical => "Project Open Data metadata schema 1.1",
            P::Resources => "DCAT-US 1.1 schema at resources.data.gov",
            P::DashboardFederal | P::DashboardNonFederal => {
                "DCAT-US 1.1 schema of the Project Open Data Dashboard"
            }
            P::CkanFederal | P::CkanNonFederal => "DCAT-US 1.1 schema of ckanext-datajson",
            P::HarvesterFederal | P::HarvesterNonFederal => "DCAT-US 1.1 schema of the data.gov harvester",
            P::Schema30 | P::Harvester30 => "DCAT-US 3.0.0 schema",
        }
    }

    /// Whether what stands around the datasets is part of the verdict; some validators look at datasets alone.
    pub fn judges_catalog(self) -> bool {
        matches!(
            self,
            P::Canonical | P::Resources | P::DashboardFederal | P::DashboardNonFederal | P::Schema30
        )
    }

    /// The profile that suits a version, for those who leave the choice to us: what data.gov harvests with today.
    pub fn of(version: Version, is_federal: bool) -> Self {
        match (version, is_federal) {
            (Version::Pod10, true) => P::Pod10Federal,
            (Version::Pod10, false) => P::Pod10NonFederal,
            (Version::DcatUs11, true) => P::HarvesterFederal,
            (Version::DcatUs11, false) => P::HarvesterNonFederal,
            (Version::DcatUs30, _) => P::Harvester30,
        }
    }

    /// The shapes that it asks for.
    pub(crate) fn roots(self) -> &'static Roots {
        static SHAPES: [LazyLock<Roots>; 10] = [
            LazyLock::new(|| pod_1_0::schema(true)),
            LazyLock::new(|| pod_1_0::schema(false)),
            LazyLock::new(|| variant(&dcat_us_1_1::CANONICAL)),
            LazyLock::new(|| variant(&dcat_us_1_1::RESOURCES)),
            LazyLock::new(|| variant(&dcat_us_1_1::DASHBOARD_FEDERAL)),
            LazyLock::new(|| variant(&dcat_us_1_1::DASHBOARD_NON_FEDERAL)),
            LazyLock::new(|| variant(&dcat_us_1_1::CKAN_FEDERAL)),
            LazyLock::new(|| variant(&dcat_us_1_1::CKAN_NON_FEDERAL)),
            LazyLock::new(|| variant(&dcat_us_1_1::HARVESTER_FEDERAL)),
            LazyLock::new(|| variant(&dcat_us_1_1::HARVESTER_NON_FEDERAL)),
        ];
        match self {
            P::Schema30 | P::Harvester30 => &classes().roots,
            _ => &SHAPES[self as usize],
        }
    }

    pub(crate) fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// The shapes of DCAT-US 3.0.
pub(crate) fn classes() -> &'static dcat_us_3_0::Classes {
    static CLASSES: LazyLock<dcat_us_3_0::Classes> = LazyLock::new(dcat_us_3_0::schema);
    &CLASSES
}

fn variant(variant: &Variant) -> Roots {
    dcat_us_1_1::schema(variant)
}

/// A name that is not the name of a profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no profile; choose `auto` or one of {}", known())]
pub struct UnknownProfile {
    /// The name.
    pub name: String,
}

fn known() -> String {
    Profile::ALL.iter().map(|profile| format!("`{}`", profile.id())).collect::<Vec<_>>().join(", ")
}

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(name: &str) -> Result<Self, UnknownProfile> {
        let found = Self::ALL.iter().find(|profile| profile.id() == name);
        found.copied().ok_or_else(|| UnknownProfile { name: name.to_owned() })
    }
}

/// Reads the name of a profile or `auto`, which is none.
///
/// # Errors
///
/// [`UnknownProfile`] for any other name.
pub fn profile_or_auto(name: &str) -> Result<Option<Profile>, UnknownProfile> {
    if name == "auto" { Ok(None) } else { name.parse().map(Some) }
}
