//! What people write down of an office beside what is counted: fields in six sections, each asked from one milestone to
//! another.

use jiff::civil::Date;

use super::rubric::Standing;

/// A part of the scorecard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    /// Its name in addresses.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it is about.
    pub about: &'static str,
}

/// The six sections.
pub const SECTIONS: &[Section] = &[
    Section {
        id: "edi",
        title: "Enterprise data inventory",
        about: "The list of all data that the office has, public or not.",
    },
    Section {
        id: "pdl",
        title: "Public data listing",
        about: "The list of the data that the public may have, and the page about it.",
    },
    Section {
        id: "engagement",
        title: "Public engagement",
        about: "How people are asked what data they need, and told what became of it.",
    },
    Section {
        id: "privacy",
        title: "Privacy and security",
        about: "How it is decided that data must not be released.",
    },
    Section { id: "people", title: "Human capital", about: "Who answers for the data." },
    Section {
        id: "impact",
        title: "Use and impact",
        about: "What the data is used for, and what comes of it.",
    },
];

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Green, yellow or red.
    Traffic,
    /// Yes or no.
    YesNo,
    /// Words.
    Text,
    /// A number.
    Number,
    /// One of these.
    Choices(&'static [&'static str]),
}

impl FieldKind {
    /// The name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Traffic => "traffic",
            Self::YesNo => "yes-no",
            Self::Text => "text",
            Self::Number => "number",
            Self::Choices(_) => "choices",
        }
    }
}

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrackedField {
    /// Its name on the command line and in answers.
    pub id: &'static str,
    /// The id of its section.
    pub section: &'static str,
    /// What it asks.
    pub label: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// The first milestone that asks it.
    pub from: &'static str,
    /// The last milestone that asks it.
    pub until: Option<&'static str>,
}

/// Characters of a value or a note.
const VALUE_CHARACTERS_MAX: usize = 10_000;

impl TrackedField {
    /// Whether a milestone asks it.
    pub fn is_asked(&self, milestone: Date) -> bool {
        let day = |text: &str| text.parse::<Date>().ok();
        day(self.from).is_none_or(|from| milestone >= from)
            && self.until.and_then(day).is_none_or(|until| milestone <= until)
    }

    /// A value as it is kept.
    ///
    /// # Errors
    ///
    /// What it should have been, for people.
    pub fn read(&self, value: &str) -> Result<String, String> {
        let value = value.trim();
        let small = value.to_lowercase();
        match self.kind {
            FieldKind::Traffic => {
                match Standing::of(&small).filter(|standing| *standing != Standing::Unknown) {
                    Some(standing) => Ok(standing.name().to_owned()),
                    None => Err(format!("`{}` is green, yellow or red", self.id)),
                }
            }
            FieldKind::YesNo => match small.as_str() {
                "yes" | "y" | "true" => Ok("yes".to_owned()),
                "no" | "n" | "false" => Ok("no".to_owned()),
                _ => Err(format!("`{}` is yes or no", self.id)),
            },
            FieldKind::Number => match value.trim_end_matches('%').trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(number.to_string()),
                _ => Err(format!("`{}` is a number", self.id)),
            },
            FieldKind::Choices(choices) => {
                match choices.iter().find(|choice| choice.eq_ignore_ascii_case(value)) {
                    Some(choice) => Ok((*choice).to_owned()),
                    None => Err(format!("`{}` is one of: {}", self.id, choices.join(", "))),
                }
            }
            FieldKind::Text if value.chars().count() > VALUE_CHARACTERS_MAX => {
                Err(format!("`{}` has at most {VALUE_CHARACTERS_MAX} characters", self.id))
            }
            FieldKind::Text => Ok(value.to_owned()),
        }
    }
}

/// The field of this id, of those about the review too.
pub fn tracked_field(id: &str) -> Option<&'static TrackedField> {
    TRACKED_FIELDS.iter().chain(REVIEW_FIELDS).find(|field| field.id == id)
}

/// How far the review of an office is in a quarter, and who does it.
pub const REVIEW_FIELDS: &[TrackedField] = &[
    field(
        "review",
        "review_status",
        "How far the review is",
        Choices(&["not started", "in progress", "in doubt", "done"]),
    ),
    field("review", "reviewer", "Who reviews", Text),
    field("review", "general", "What is to be said of the quarter", Text),
];

use FieldKind::{Choices, Number, Text, Traffic, YesNo};

/// The first milestone of the Open Data Policy, the last of it, and the first of the Evidence Act.
const POLICY: &str = "2013-11-30";
const POLICY_END: &str = "2019-08-31";
const ACT: &str = "2019-11-30";

const RISK: &[&str] = &["low", "medium", "high"];
const BAND: &[&str] = &["under 25 %", "25 to 50 %", "50 to 75 %", "75 to 99 %", "complete"];

const fn field(
    section: &'static str,
    id: &'static str,
    label: &'static str,
    kind: FieldKind,
) -> TrackedField {
    TrackedField { id, section, label, kind, from: POLICY, until: None }
}

/// A field that was asked under the Open Data Policy only.
const fn once(section: &'static str, id: &'static str, label: &'static str, kind: FieldKind) -> TrackedField {
    TrackedField { until: Some(POLICY_END), ..field(section, id, label, kind) }
}

/// A field that is asked since the Evidence Act.
const fn since(
    section: &'static str,
    id: &'static str,
    label: &'static str,
    kind: FieldKind,
) -> TrackedField {
    TrackedField { from: ACT, ..field(section, id, label, kind) }
}

/// Every field, section by section. The first of a section is its standing as a whole; where it is given, it takes the place
/// of what the rubric computes.
pub const TRACKED_FIELDS: &[TrackedField] = &[
    field("edi", "edi_aggregate_score", "Standing of the inventory as a whole", Traffic),
    field("edi", "edi_best_practice", "An example to other offices", YesNo),
    field("edi", "edi_updated", "Brought up to date this quarter", YesNo),
    field("edi", "edi_datasets", "Datasets in the inventory", Number),
    field("edi", "edi_apis", "APIs in the inventory", Number),
    once("edi", "edi_schedule_delivered", "Schedule for the inventory delivered", YesNo),
    field("edi", "edi_bureaus", "Bureaus that the inventory covers", Number),
    field("edi", "edi_bureaus_percent", "Share of all bureaus that it covers, in percent", Number),
    field("edi", "edi_programs", "Programs that the inventory covers", Number),
    field("edi", "edi_programs_percent", "Share of all programs that it covers, in percent", Number),
    field("edi", "edi_public", "Public datasets", Number),
    field("edi", "edi_restricted", "Datasets with restricted access", Number),
    field("edi", "edi_nonpublic", "Datasets that are not public", Number),
    field("edi", "edi_larger_than_listing", "The inventory has more datasets than the public listing", YesNo),
    field("edi", "edi_growth_percent", "Growth since the last quarter, in percent", Number),
    once("edi", "edi_schedule_risk", "Risk that the schedule is not kept", Choices(RISK)),
    field("edi", "edi_completeness", "How complete the inventory is", Choices(BAND)),
    once("edi", "edi_steps", "Steps to a complete inventory", Text),
    field("edi", "edi_spot_check", "A spot check found what the inventory says", YesNo),
    since("edi", "edi_spot_check_findings", "What the spot check found", Text),
    field("edi", "edi_on_data_gov", "The public part is at data.gov", YesNo),
    field("edi", "edi_submitted", "Sent to the Office of Management and Budget", YesNo),
    field("edi", "edi_license_count", "Datasets with a license", Number),
    field("edi", "edi_redacted", "Datasets with something redacted", Number),
    field("edi", "edi_redacted_percent", "Share of datasets with something redacted, in percent", Number),
    since("edi", "edi_method", "How the inventory is made and kept", Text),
    field("pdl", "pdl_aggregate_score", "Standing of the listing as a whole", Traffic),
    field("pdl", "pdl_best_practice", "An example to other offices", YesNo),
    field("pdl", "pdl_datasets", "Datasets in the listing", Number),
    field("pdl", "pdl_collections", "Collections", Number),
    field("pdl", "pdl_not_in_collection", "Datasets in no collection", Number),
    field("pdl", "pdl_downloadable", "Public datasets with a download", Number),
    field("pdl", "pdl_apis_public", "APIs to public data", Number),
    field("pdl", "pdl_apis_restricted", "APIs to data with restricted access", Number),
    field("pdl", "pdl_apis_nonpublic", "APIs to data that is not public", Number),
    field("pdl", "pdl_links", "Links in the listing", Number),
    field("pdl", "pdl_links_working", "Links that work well enough", YesNo),
    field("pdl", "pdl_links_working_percent", "Links that work, in percent", Number),
    field("pdl", "pdl_format_match_percent", "Files of the format that was promised, in percent", Number),
    field("pdl", "pdl_html_percent", "Links that lead to a page instead of a file, in percent", Number),
    field("pdl", "pdl_pdf_percent", "Links that lead to a PDF, in percent", Number),
    field("pdl", "pdl_growth_percent", "Growth since the last quarter, in percent", Number),
    field("pdl", "pdl_valid_percent", "Datasets that keep to the schema, in percent", Number),
    field("pdl", "pdl_page_exists", "There is a page at /data", YesNo),
    field("pdl", "pdl_page_readable", "People can read the listing at /data", YesNo),
    field("pdl", "pdl_listing_exists", "There is a listing at /data.json", YesNo),
    field("pdl", "pdl_harvested", "Harvested by data.gov", YesNo),
    field("pdl", "pdl_views", "Views of its datasets this quarter", Number),
    field("pdl", "pdl_public", "Public datasets", Number),
    field("pdl", "pdl_restricted", "Datasets with restricted access", Number),
    field("pdl", "pdl_nonpublic", "Datasets that are not public", Number),
    field("pdl", "pdl_public_growth_percent", "Growth of the public datasets, in percent", Number),
    field(
        "pdl",
        "pdl_restricted_growth_percent",
        "Growth of those with restricted access, in percent",
        Number,
    ),
    field("pdl", "pdl_nonpublic_growth_percent", "Growth of those that are not public, in percent", Number),
    field("pdl", "pdl_public_domain_percent", "Datasets in the public domain, in percent", Number),
    field("pdl", "pdl_other_license_percent", "Datasets with another license, in percent", Number),
    field("pdl", "pdl_no_license_percent", "Datasets without a license, in percent", Number),
    since("pdl", "pdl_plan_for_errors", "Plan to mend errors and broken links", Text),
    field("engagement", "engagement_aggregate_score", "Standing of public engagement as a whole", Traffic),
    field("engagement", "engagement_best_practice", "An example to other offices", YesNo),
    field("engagement", "engagement_mechanism", "The way to give feedback is described", YesNo),
    field("engagement", "engagement_description", "How feedback is asked for", Text),
    field("engagement", "engagement_prioritized", "Feedback decides what is released first", YesNo),
    field("engagement", "engagement_improved", "Feedback has made data better", YesNo),
    field("engagement", "engagement_examples", "What was made better", Text),
    field("engagement", "engagement_loop_closed", "People are told what became of their feedback", YesNo),
    field("engagement", "engagement_link", "Where feedback can be given", Text),
    field("engagement", "engagement_contacts", "Every dataset has a contact that works", YesNo),
    since("engagement", "engagement_events", "Events and challenges of this quarter", Text),
    field("privacy", "privacy_aggregate_score", "Standing of privacy and security as a whole", Traffic),
    field("privacy", "privacy_best_practice", "An example to other offices", YesNo),
    once("privacy", "privacy_process_delivered", "The process of publication was delivered", YesNo),
    field("privacy", "privacy_process", "How it is decided what is published", Text),
    field(
        "privacy",
        "privacy_nonrelease_documented",
        "Reasons for not releasing are written down with the general counsel",
        YesNo,
    ),
    field("privacy", "privacy_nonrelease_description", "Why data is not released", Text),
    since("privacy", "privacy_mosaic", "Data is checked for what it tells together with other data", YesNo),
    since("privacy", "privacy_review_board", "A board reviews what is released", YesNo),
    field("people", "people_aggregate_score", "Standing of human capital as a whole", Traffic),
    field("people", "people_best_practice", "An example to other offices", YesNo),
    field("people", "people_primary_contact", "A person who answers for open data is named", YesNo),
    field("people", "people_contacts_for_duties", "Persons for each duty are named", YesNo),
    field("people", "people_contact_names", "Who they are", Text),
    since("people", "people_cdo", "A chief data officer is named", YesNo),
    since("people", "people_cdo_name", "Who that is", Text),
    since("people", "people_training", "Training on data that was offered", Text),
    field("impact", "impact_aggregate_score", "Standing of use and impact as a whole", Traffic),
    field("impact", "impact_best_practice", "An example to other offices", YesNo),
    field("impact", "impact_improvements", "Five improvements of this quarter", Text),
    field("impact", "impact_uses", "What the data is mostly used for", Text),
    field("impact", "impact_evidence", "Evidence of impact", Text),
    field("impact", "impact_value", "What the data is worth to the public", Text),
    field("impact", "impact_discovery", "How people find the data", Text),
    field("impact", "impact_usability", "Suggestions by users on how to use data more easily", YesNo),
    field("impact", "impact_suggestions", "Suggestions by users on what to release", YesNo),
    since("impact", "impact_measured", "Use is measured", YesNo),
];
