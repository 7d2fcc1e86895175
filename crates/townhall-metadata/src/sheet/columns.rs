//! The columns of the sheets.

use super::cell::CellKind;

/// A column, and what it holds.
#[derive(Debug, Clone, Copy)]
pub struct SheetColumn {
    /// Its name, in the first row.
    pub name: &'static str,
    /// What it holds, in one sentence.
    pub what: &'static str,
    pub(super) holds: Holds,
}

/// Where the value of a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// A number that joins the sheets.
    Record,
    /// The sort of record.
    Kind,
    /// The version of the schema.
    Schema,
    /// The identifier of the record that a distribution belongs to.
    Dataset,
    /// The property with this key.
    Property(&'static str, CellKind),
    /// The name of the publisher, or the whole of it as JSON.
    Publisher,
    /// The names of the organizations above the publisher.
    PublisherParents,
    ContactName,
    ContactEmail,
    /// What the contact has besides, as JSON.
    ContactRest,
    /// Distributions that have no rows, as JSON.
    Distributions,
    /// Every property that is not in another column, as one JSON object.
    Other,
}

const fn column(name: &'static str, holds: Holds, what: &'static str) -> SheetColumn {
    SheetColumn { name, what, holds }
}

const fn text(name: &'static str, what: &'static str) -> SheetColumn {
    column(name, Holds::Property(name, CellKind::Text), what)
}

const fn list(name: &'static str, what: &'static str) -> SheetColumn {
    column(name, Holds::Property(name, CellKind::List), what)
}

/// The columns of the sheet of records, in their order.
pub const SHEET_COLUMNS: &[SheetColumn] = &[
    column(
        "record",
        Holds::Record,
        "A number that joins a record with its distributions; may be empty for new ones.",
    ),
    text("identifier", "The identifier, unique in the catalog."),
    text("title", "The title."),
    text("description", "The description."),
    list("keyword", "The keywords, with semicolons between."),
    text("modified", "When the data changed last, as YYYY-MM-DD, or how often it does, as `R/P1Y`."),
    column(
        "publisher",
        Holds::Publisher,
        "The name of the publisher; the whole of it as JSON where it is more than names.",
    ),
    column(
        "publisherParents",
        Holds::PublisherParents,
        "The organizations above the publisher, the nearest first, with semicolons between.",
    ),
    column("contactName", Holds::ContactName, "The person or office to ask."),
    column("contactEmail", Holds::ContactEmail, "Their address, without `mailto:`."),
    text("accessLevel", "`public`, `restricted public` or `non-public`."),
    list("bureauCode", "The bureau codes, such as `018:10`, with semicolons between."),
    list("programCode", "The program codes, such as `018:001`, with semicolons between."),
    text("license", "The address of the license."),
    text("rights", "What is said about rights and restrictions."),
    text("spatial", "The place that the data covers; GeoJSON as JSON."),
    text("temporal", "The time that the data covers, as `2001-01-01/2012-12-31`."),
    text("accrualPeriodicity", "How often the data is renewed, such as `R/P1M`."),
    text("conformsTo", "The standard that the data keeps to."),
    column(
        "dataQuality",
        Holds::Property("dataQuality", CellKind::Truth),
        "Whether the data meets the agency's quality guidelines: `true` or `false`.",
    ),
    text("describedBy", "The address of the data dictionary."),
    text("describedByType", "The media type of the data dictionary."),
    text("isPartOf", "The identifier of the collection that it belongs to."),
    text("issued", "When the data was released, as YYYY-MM-DD."),
    list("language", "The languages, such as `en-US`, with semicolons between."),
    text("landingPage", "The page for people."),
    text("primaryITInvestmentUII", "The number of the IT investment."),
    list("references", "Addresses of documents about the data, with semicolons between."),
    text("systemOfRecords", "The address of the system of records notice."),
    list("theme", "The themes, with semicolons between."),
    column("contactPoint", Holds::ContactRest, "What the contact has besides name and address, as JSON."),
    column(
        "distribution",
        Holds::Distributions,
        "Distributions that can't stand in rows of their own, as JSON.",
    ),
    column("type", Holds::Property("@type", CellKind::Text), "The class of the record."),
    column("kind", Holds::Kind, "The sort of record: `dataset` unless it says otherwise."),
    column("schema", Holds::Schema, "The version of the schema, such as `dcat-us-1.1`."),
    column("other", Holds::Other, "Every other property, as one JSON object."),
];

/// The columns of the sheet of distributions, in their order.
pub const DISTRIBUTION_COLUMNS: &[SheetColumn] = &[
    column("record", Holds::Record, "The number of the record that it belongs to."),
    column("dataset", Holds::Dataset, "The identifier of that record; it counts where `record` is empty."),
    text("title", "The title."),
    text("description", "The description."),
    text("format", "The format for people, such as `CSV` or `API`."),
    text("mediaType", "The media type, such as `text/csv`."),
    text("downloadURL", "The address of the file itself."),
    text("accessURL", "The address of a page or service that leads to the data."),
    text("conformsTo", "The standard that the file keeps to."),
    text("describedBy", "The address of the data dictionary."),
    text("describedByType", "The media type of the data dictionary."),
    text("license", "The address of the license, where the file has one of its own."),
    column("type", Holds::Property("@type", CellKind::Text), "The class of the distribution."),
    column("other", Holds::Other, "Every other property, as one JSON object."),
];

/// The columns of a distribution in the wide form: those of its sheet that are not for joining.
pub(super) fn wide_columns() -> impl Iterator<Item = &'static SheetColumn> {
    DISTRIBUTION_COLUMNS.iter().filter(|column| !matches!(column.holds, Holds::Record | Holds::Dataset))
}
