//! What each page shows: one file a page, plain values, no decisions.
//!
//! Handlers fill these structs; templates read them. Text is raw (templates escape it, and render markdown where the
//! field says so); dates are ISO 8601 as strings; addresses may be anything (templates let only safe ones become links).
//! An address that is ours begins with `/`.

mod answer;
mod api;
mod browse;
mod charts;
mod cite;
mod common;
mod console;
mod crawl;
mod data_page;
mod dataset;
mod dictionary;
mod error;
mod feedback;
mod home;
mod link;
mod map;
mod qu;
mod quality;
mod rejects;
mod scorecard;
mod search;
mod site;
mod sources;
mod sql;
mod table;
mod text;
mod tools;
mod versions;

pub use answer::AnswerView;
pub use api::{ApiView, EndpointRow, Snippet};
pub use browse::{OrganizationView, OrganizationsView, TopicView, TopicsView};
pub use charts::{ChartFigure, ChartForm, ChartsView, EmbedView, ExploreView};
pub use cite::CiteView;
pub use common::{
    Choice, Contact, DatasetCard, Download, Fact, Field, HiddenField, Link, Notice, NoticeKind,
    OrganizationCard, Pager, Segment, TopicCard,
};
pub use console::{
    ConsoleApi, ConsoleBody, ConsoleField, ConsoleGroup, ConsoleKey, ConsoleOperation, ConsolePair,
    ConsoleReply, ConsoleRow, ConsoleView,
};
pub use crawl::{CrawlFileRow, CrawlRow, CrawlView, CrawlsView};
pub use data_page::{
    BuildPane, BuildView, DataPageView, DataRowView, PageFilterView, PagePane, RevisionChoice, RowFact,
};
pub use dataset::{
    DatasetHead, DatasetView, Distribution, KeptCopy, License, Place, Tab, TableCard, TimeSpan,
};
pub use dictionary::{CodeRow, ColumnRow, DictionaryTable, DictionaryView, ValueCount};
pub use error::ErrorView;
pub use feedback::FeedbackView;
pub use home::{HomeView, NumberFact};
pub use link::{LinkBadge, LinkOrganization, LinkRow, LinksView};
pub use map::MapView;
pub use qu::{QuClause, QuItem, QuList, QuTable, QuView};
pub use quality::{QualitySummary, QualityView, Tick};
pub use rejects::{RejectRow, RejectsView};
pub use scorecard::{
    CompareGroup, ListingErrorRow, LookRow, OfficeCompareView, OfficeRow, OfficeView, RegressionRow,
    ScorecardView, StandingView, TrackedRow, TrackedSection,
};
pub use search::{Facet, FacetValue, FilterChip, Hit, PlaceTimeForm, SearchView, ZeroHelp};
pub use site::{
    Alternate, Banner, FooterColumn, Identifier, NavItem, OpenGraph, PageMeta, Section, SiteView,
};
pub use sources::{
    HarvestRunView, RunFindingRow, RunRecordRow, RunRow, SourceRow, SourceView, SourcesView, StateTag,
};
pub use sql::{QueryField, QueryRow, SqlMistake, SqlTable, SqlView};
pub use table::{
    CellView, ColumnChoice, ColumnFilter, ColumnHead, RowView, SpreadBar, SpreadView, TableView,
};
pub use text::{
    AboutView, AccessibilityView, ContactView, DevelopersView, FeedsView, FormatGroup, HelpView, ProblemKind,
    ProblemsView, ToolCard, ToolsView,
};
pub use tools::{
    Action, CheckField, HeldView, KeptView, PdfEditorView, SelectField, SourceField, TextField, ToolForm,
    ToolView, WorkingView,
};
pub use versions::{ChangeRow, ChangesView, RevisionRow, VersionRow, VersionsView};
