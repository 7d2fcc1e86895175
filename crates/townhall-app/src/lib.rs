#![doc = include_str!("../README.md")]

pub mod access;
mod app;
mod catalog;
pub mod charts;
mod crawls;
mod data_browser;
mod databases;
mod described_apis;
mod doctor;
mod error;
mod exports;
mod files;
#[doc(hidden)]
pub mod fuzz;
mod harvest;
mod imports;
mod jobs;
mod layouts;
pub mod limits;
mod links;
mod messages;
mod names;
pub mod places;
mod qu;
mod recipes;
mod records;
mod saved_queries;
mod schedules;
mod scorecard;
mod scores;
mod search;
mod stream;
mod tables;
mod workshop;

pub use access::Audience;
pub use app::{App, AppSettings, CatalogueSettings, blobs_alone};
pub use catalog::{
    DatasetDetail, HostedFile, Numbers, OrganizationName, OrganizationSummary, RecordChange, RevisionSummary,
};
pub use crawls::{
    CrawlReport, CrawlSummary, Crawls, FILE_COLUMNS, crawl_site, listed_by, look_at_listed, own_catalog,
};
pub use data_browser::{
    BROWSER_FIELDS, BrowserField, Chosen, Counted, DataBrowser, Filer, chosen as chosen_filters,
};
pub use databases::{
    Address, Connection, DATABASES, DatabaseSettings, Databases, PasswordFrom, PublishedTable, RefreshReport,
    RefreshedTable, Rules,
};
pub use described_apis::{
    API_ANSWER_BYTES_MAX, ApiAdded, ApiAnswer, ApiSummary, DescribedApi, DescribedApis, NewApi, SAFE_METHODS,
};
pub use error::Error;
pub use exports::CatalogueForm;
pub use files::{DataFiles, NamedFile, first_rows, is_data_file, write_rows};
pub use harvest::{
    Assign, Decision, Filter, HarvestCounts, HarvestOptions, HarvestReport, HarvestSummary, HarvestTimes,
    HarvestedFrom, Harvests, Mapping, Notify, Occasion, Require, SourceDetail, SourceSettings, SourcesFile,
    decision_as_json, read_sources,
};
pub use imports::{ImportEvent, ImportOptions, ImportReport, InputReport, TablePolicy};
pub use jobs::{Cancelled, JOBS, JobInfo, Progress as JobProgressNote};
pub use layouts::{KnownLayout, LAYOUTS, Layout};
pub use links::{
    CheckedLink, DashboardLinks, FileLinks, LinkCounts, LinkPage, LinkRequest, LinkSettings, LinkSuggestion,
    LinkView, Links, MirrorReport, MirrorSettings, MirrorView, RoundReport as LinkRoundReport,
    check_file_links, could_be_catalog,
};
pub use messages::{MailSecurity, MailSettings, Messages};
pub use qu::{QuAnswer, QuComposed, QuDataset, QuForm, QuLoad, QuLoaded, QuQuestion};
pub use recipes::{PREVIEW_ROWS_MAX, RecipeDetail, RecipePreview, Recipes};
pub use saved_queries::{NewQuery, ParameterKind, QueryParameter, SavedQueries, SavedQuery};
pub use schedules::{Every, Schedules};
pub use scorecard::{
    Board, BoardRow, Entered, Judged, Looked, OfficeChanges, OfficeDetail, Overridden, PastLook,
    QuarterTotals, Reached, RoundReport, Scorecard, ScorecardSettings, SetField,
};
pub use scores::{CatalogScores, Scores};
pub use search::{DatasetCard, Named, ParameterProblem, SearchOrder, SearchPage, SearchRequest};
pub use stream::{ByteStream, with_byte_order_mark, wrapped};
pub use tables::{
    Answer, AnswerColumn, ChartFacts, CsvRequest, Cut, DATA_PAGE, DIFFERENCES_MAX, DictionaryWritten,
    Differences, Export, JsonPage, KeptPage, LargeQueries, LqlAnswer, Packing, PageWritten, Pending,
    Question, REJECTS_PAGE_MAX, Refreshed, RejectsPage, Report, Retyped, Retyping, RowDifference,
    RowsExplanation, SQL_ROWS_MAX, Shape, SqlAnswer, SqlExplanation, TableChart, TableDetail,
    TableDictionary, TableDifference, TablePage, TablePreview, TableRow, TableSummary, TableTypes, WhenAway,
    WholeFile, class_of, table_word,
};
pub use townhall_fetch::{FetchSettings, parse_ranges};
pub use townhall_formats::{
    Conversion, Converted, DateOrder, Decimal, FormatInfo, Header, Progress, ReadOptions, WriteOptions,
    convert as convert_file, fixed_layout,
};
pub use townhall_formats::{PdfReading, SHEET_FORMS, SheetForm};
pub use townhall_harvest::crawl::{CrawlEvent, CrawlOptions, CrawlState};
pub use townhall_harvest::links::{Checked, State as LinkState, Verdict as LinkVerdict};
pub use townhall_harvest::{SOURCES, SourceInfo};
pub use townhall_metadata::api;
pub use townhall_metadata::license::{Openness, recognize_license};
pub use townhall_metadata::score::{
    RecordScore, SchemeScore, badge, rollup_as_text, score_as_json, score_as_text, score_badge, tally_as_json,
};
pub use townhall_metadata::scorecard as offices;
pub use townhall_metadata::validate::{Outcome as Verdict, report::harvest_as_json, report::harvest_as_text};
pub use townhall_metadata::{
    ChangedRecord, Comparison, Edition, Entry, FieldChange, MergeReport, comparison_as_json, message_as_html,
    write_csv_row,
};
pub use townhall_metadata::{DICTIONARY_FORMS, DictionaryForm};
pub use townhall_metadata::{QuConcept, QuDefinition, QuMade, QuSlice};
pub use townhall_pdf::forms::{Control, ControlKind, Field as PdfField, TextStamp, Value as PdfValue};
pub use townhall_pdf::{
    Document as PdfDocument, Method as PdfMethod, OcrEngine, PageFacts, Sheet, SheetDifference,
    compare as compare_sheets, limits::FILE_BYTES_MAX as PDF_BYTES_MAX,
};
pub use townhall_query::DifferenceCounts;
pub use townhall_query::dialects::lql_pairs;
pub use townhall_query::recipe::{Recipe, Step as RecipeStep};
pub use townhall_query::worker::{WorkerLimits, WorkerSettings, run_worker};
pub use townhall_query::{Class, ClassLimits, Classes, Cost, Sql, SqlCost, SqlValue, Whole};
pub use townhall_search::{Facet, FacetValue, Hit, SearchAnswer, Segment};
pub use townhall_store::{
    Actor, ActorKind, BlobSettings, Blobs, HarvestItem, HarvestRun, ItemState, OpenBlob, RecordStatus,
    RunFinding, RunRecord, RunState, S3Settings,
};
pub use townhall_store::{OfficesKept, OtherOffices, StoredEntry, StoredRegression};
pub use workshop::{
    ComparisonForm, ConversionForm, ConversionReport, ConvertRequest, DiffRequest, FixAnswer, HarvestRequest,
    Keeping, KeptReport, LicenseRequest, MERGE_POLICIES, Made, Material, MergeRequest, PdfFillRequest,
    PdfFilled, PdfForm, PdfTables, PdfTablesRequest, Reading, ReportForm, ReportState, Reports, ScoreForm,
    ScoreReport, ScoreRequest, Task, Tesseract, ValidateRequest, Watch, Worked, Workshop, baseline_of,
    chosen, comparison_report, conversion_forms, dashboard_profile, dialects_as_markdown, known_licenses,
    licenses, pdf_template, profiles, read_values, rules_as_json, rules_as_markdown, schemes_of, sheet_form,
    source_forms, validation_as_json, validation_report, values_in, write_pdf_tables,
};

/// The formats that a table can be downloaded in.
pub fn table_formats() -> impl Iterator<Item = &'static FormatInfo> {
    townhall_formats::FORMATS.iter().map(|format| format.info()).filter(|info| info.can_write)
}

/// The formats that a table of such columns can be downloaded in: places on a map need columns that say where.
pub fn table_formats_of(
    columns: impl IntoIterator<Item = (String, townhall_model::table::ColumnType)>,
) -> impl Iterator<Item = &'static FormatInfo> {
    let schema = townhall_formats::schema_of(columns);
    let formats = townhall_formats::FORMATS.iter().filter(move |format| format.suits(&schema));
    formats.map(|format| format.info()).filter(|info| info.can_write)
}

/// The media type of a file whose name ends so, such as `csv` or `json.gz`.
pub fn content_type_of(ending: &str) -> Result<String, Error> {
    let (format, packing) = Packing::of_ending(ending);
    Ok(packing.content_type(tables::writable(format)?.info()))
}

/// The name of the format that an `Accept` header asks for by name.
pub fn table_format_by_accept(accept: &str) -> Option<&'static str> {
    townhall_formats::by_accept(accept).map(|format| format.info().name)
}

/// The names of the dialects that questions about rows may be asked in.
pub fn query_dialects() -> impl Iterator<Item = &'static str> {
    townhall_query::QUERY_DIALECTS.iter().map(|dialect| dialect.name())
}

/// The operators of row filters and what they mean.
pub fn row_operators() -> &'static [(&'static str, &'static str)] {
    &townhall_query::dialects::OPERATORS
}

/// The column type of a word, such as `integer`.
pub fn column_type(word: &str) -> Option<townhall_model::table::ColumnType> {
    use townhall_model::table::ColumnType;
    [
        ColumnType::Text,
        ColumnType::Integer,
        ColumnType::Number,
        ColumnType::Boolean,
        ColumnType::Date,
        ColumnType::Timestamp,
        ColumnType::Datetime,
    ]
    .into_iter()
    .find(|kind| kind.name() == word)
}

/// The words for a facet on pages.
pub const fn facet_label(facet: Facet) -> &'static str {
    match facet {
        Facet::Organization => "Organization",
        Facet::Topic => "Topic",
        Facet::Keyword => "Keyword",
        Facet::Format => "Format",
        Facet::License => "License",
        Facet::AccessLevel => "Access",
        Facet::Has => "Has",
        Facet::Year => "Year covered",
        Facet::Kind => "Kind",
    }
}
