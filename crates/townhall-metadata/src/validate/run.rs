//! Reads a file and judges its records one by one.

use std::io::Read;
use std::ops::ControlFlow;

use serde_json::Value as Json;
use townhall_model::record::{Body, Catalog, RecordKind, Version};
use townhall_model::{Finding, Position};

use super::baseline::Baseline;
use super::collect::{About, Collector};
use super::dcat_us_3_0::{self, Class30};
use super::engine::{Check, Subject};
use super::list::lists;
use super::meaning::Across;
use super::outcome::Outcome;
use super::parsed::Parsed;
use super::place::Places;
use super::profile::{Profile, classes};
use super::rule::{self, refuses_file};
use super::shape::{ShapeId, object};
use super::tree::{Kind, Tree, Value};
use crate::limits::RECORD_DEPTH_MAX;
use crate::reader::{
    Mark, Place, RawItem, RawSink, Refused, Summary, doubled_key, not_an_object, walk_catalog,
};
use crate::{ReadError, ReadOptions, declared, guess};

/// How a file is to be judged.
#[derive(Debug, Clone)]
pub struct ValidateOptions<'o> {
    /// The profile; none for the one that suits what the file says of itself.
    pub profile: Option<Profile>,
    /// Which rules are asked.
    pub scope: Scope,
    /// Most findings that are kept. All are counted, and errors are kept before warnings and notes.
    pub findings_max: usize,
    /// Findings that are not to be told again.
    pub baseline: Option<&'o Baseline>,
    /// How the file is to be read.
    pub read: ReadOptions,
}

/// Which rules are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// All of them.
    #[default]
    All,
    /// Those that make the official verdict.
    Official,
}

/// Findings that are kept unless the caller says otherwise.
pub const FINDINGS_MAX: usize = 10_000;

impl Default for ValidateOptions<'_> {
    fn default() -> Self {
        Self {
            profile: None,
            scope: Scope::All,
            findings_max: FINDINGS_MAX,
            baseline: None,
            read: ReadOptions::default(),
        }
    }
}

/// Judges a catalogue. Memory does not grow with the file, but for a hash of each identifier and title.
///
/// # Errors
///
/// [`ReadError`] when the file is not JSON at all, is larger than the options allow, or can't be had. Everything
/// else that is wrong with it is a finding.
pub fn validate(input: impl Read, options: &ValidateOptions<'_>) -> Result<Outcome, ReadError> {
    let mut judge = Judge { run: Run::new(options), tree: Tree::default(), measured: None };
    let summary = walk_catalog(input, &options.read, &mut judge)?;
    Ok(judge.run.finish(&summary))
}

/// Takes records from the reader, and parses them into one tree after the other.
struct Judge<'o> {
    run: Run<'o>,
    tree: Tree,
    /// The length of the record that is in the tree already.
    measured: Option<usize>,
}

impl RawSink for Judge<'_> {
    fn measure(&mut self, bytes: &[u8]) -> Option<usize> {
        self.measured = self.tree.parse_prefix(bytes, RECORD_DEPTH_MAX);
        self.measured
    }

    fn take(&mut self, item: RawItem<'_>) -> Result<ControlFlow<()>, Box<Finding>> {
        let Self { run, tree, measured } = self;
        match item {
            RawItem::Record { place, bytes } => {
                let is_measured = measured.take() == Some(bytes.len());
                let text = if is_measured { std::str::from_utf8(bytes).ok() } else { None };
                let parsed = match text {
                    Some(text) => Parsed::as_is(text, place.start),
                    None => Parsed::read(bytes, place.start, tree)?,
                };
                run.record(place, parsed, tree)?;
            }
            RawItem::Header { place, bytes, marks } => run.header(place, bytes, marks, tree)?,
            RawItem::Alone { start, bytes } => run.alone(start, bytes, tree)?,
            RawItem::Refused(refused) => run.refused(&refused),
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// Judges one document as a class of DCAT-US 3.0: a dataset alone, a location, a concept.
///
/// # Errors
///
/// [`ReadError::NotJson`] when it is not JSON.
pub fn validate_document(
    bytes: &[u8],
    class: Class30,
    options: &ValidateOptions<'_>,
) -> Result<Outcome, ReadError> {
    let profile = options.profile.unwrap_or(Profile::Schema30);
    let mut run = Run::new(options);
    run.profile = Some(profile);
    let mut tree = Tree::default();
    let text = std::str::from_utf8(bytes).ok().filter(|text| tree.parse(text));
    let Some(text) = text else {
        let found = String::from_utf8_lossy(bytes).chars().take(20).collect();
        return Err(ReadError::NotJson { found });
    };
    let root = tree.root(text);
    let is_dataset = class == Class30::Dataset;
    let subject = Subject::new(
        "",
        is_dataset.then_some(0),
        Places::plain(bytes, Position { line: 1, column: 1 }),
        root,
    );
    let mut check = Check::new(profile, &subject, &mut run.collector, true);
    check.scope = options.scope;
    check.slot(&dcat_us_3_0::slot(classes(), class), "", root);
    run.refusals = check.refusals;
    run.datasets = u64::from(is_dataset);
    run.invalid_datasets = u64::from(is_dataset && run.refusals > 0);
    Ok(run.finish(&Summary::default()))
}

struct Run<'o> {
    scope: Scope,
    asked: Option<Profile>,
    profile: Option<Profile>,
    collector: Collector<'o>,
    across: Across,
    datasets: u64,
    invalid_datasets: u64,
    /// Findings that are part of the official verdict, those that the baseline knows included.
    refusals: u64,
    /// The places of records that were refused, whose reasons the reader tells twice.
    refused_at: Vec<(String, Option<Position>)>,
}

/// Most places of refused records that are remembered.
const REFUSED_MAX: usize = 100;

type Taken = Result<(), Box<Finding>>;

impl<'o> Run<'o> {
    fn new(options: &ValidateOptions<'o>) -> Self {
        Self {
            scope: options.scope,
            asked: options.profile,
            profile: options.profile,
            collector: Collector::new(options.findings_max, options.baseline),
            across: Across::default(),
            datasets: 0,
            invalid_datasets: 0,
            refusals: 0,
            refused_at: Vec::new(),
        }
    }

    fn record(&mut self, place: Place<'_>, parsed: Parsed<'_>, tree: &Tree) -> Taken {
        if parsed.root(tree).kind() != Kind::Object {
            return Err(Box::new(not_an_object(parsed.text(), place.start)));
        }
        let profile = self.profile_for(place, parsed.root(tree));
        let is_bare = place.pointer.matches('/').count() == 1;
        let is_top = is_bare || is_top_dataset(place.pointer);
        let dataset = (place.kind == RecordKind::Dataset).then_some(place.index);
        let (shape, official) = match (profile.version(), place.kind) {
            (Version::Pod10, RecordKind::Dataset) => (profile.roots().dataset, is_bare),
            (Version::DcatUs11, RecordKind::Dataset) => {
                (profile.roots().dataset, is_top && !(is_bare && profile.judges_catalog()))
            }
            (Version::DcatUs30, kind) => {
                // The schema does not know the list of series; the harvester reads it.
                let is_known = kind != RecordKind::DatasetSeries || profile == Profile::Harvester30;
                (shape_of(kind), is_known && !(is_bare && profile.judges_catalog()))
            }
            (Version::Pod10 | Version::DcatUs11, _) => return Ok(()),
        };
        let refusals = self.judge(&parsed, tree, place, dataset, profile, Some((shape, official)));
        if dataset.is_some() {
            self.datasets += 1;
            self.invalid_datasets += u64::from(refusals > 0);
        }
        Ok(())
    }

    fn header(&mut self, place: Place<'_>, bytes: &[u8], marks: &[Mark], tree: &mut Tree) -> Taken {
        let mut parsed = Parsed::read(bytes, place.start, tree)?;
        let is_root = place.pointer.is_empty();
        if let Places::Plain(_) = parsed.places {
            parsed.places = Places::header(bytes, place.start, marks);
        }
        let profile = self.profile_or(|| (declared_in(parsed.text()).unwrap_or(Version::DcatUs11), true));
        if profile.version() == Version::Pod10 && is_root {
            self.wrong_root(
                profile,
                "the file is an object, but Project Open Data 1.0 is a bare list of datasets",
            );
        } else if profile.version() == Version::DcatUs30
            || (is_root && profile.version() == Version::DcatUs11)
        {
            let shape = profile.roots().catalog;
            self.judge(&parsed, tree, place, None, profile, Some((shape, profile.judges_catalog())));
        }
        Ok(())
    }

    /// The whole file is one object without lists.
    fn alone(&mut self, start: Position, bytes: &[u8], tree: &mut Tree) -> Taken {
        let parsed = Parsed::read(bytes, start, tree)?;
        let root = parsed.root(tree);
        let is_federal = is_federal(root);
        let profile = self.profile_or(|| (version_of(parsed.text(), RecordKind::Dataset), is_federal));
        let is_catalog = root.get("dataset").is_some()
            || root.get("@type").and_then(Value::text).is_some_and(|class| class.ends_with("Catalog"))
            || (root.get("title").is_none() && root.get("conformsTo").is_some());
        let place = Place { kind: RecordKind::Catalog, index: 0, pointer: "", start, version: None };
        let judges = profile.judges_catalog() || is_catalog;
        if profile.version() == Version::Pod10 {
            self.wrong_root(
                profile,
                "the file is an object, but Project Open Data 1.0 is a bare list of datasets",
            );
        } else if judges {
            self.judge(&parsed, tree, place, None, profile, Some((profile.roots().catalog, true)));
        }
        if !is_catalog {
            self.datasets += 1;
            let official = !judges && profile.version() != Version::Pod10;
            let shape = profile.roots().dataset;
            let refusals = self.judge(&parsed, tree, place, Some(0), profile, Some((shape, official)));
            self.invalid_datasets += u64::from(refusals > 0);
        }
        Ok(())
    }

    fn refused(&mut self, refused: &Refused) {
        if refused.kind == RecordKind::Dataset {
            self.datasets += 1;
            self.invalid_datasets += 1;
        }
        if self.refused_at.len() < REFUSED_MAX {
            self.refused_at.push((refused.reason.code.clone(), refused.reason.position));
        }
        self.refusals += 1;
        let finding = Finding { official: true, ..refused.reason.clone() };
        self.add_read(finding);
    }

    /// Compares a record with its shape, and with the records before it.
    fn judge(
        &mut self,
        parsed: &Parsed<'_>,
        tree: &Tree,
        place: Place<'_>,
        dataset: Option<u64>,
        profile: Profile,
        shape: Option<(ShapeId, bool)>,
    ) -> u64 {
        let Some((shape, official)) = shape else { return 0 };
        let root = parsed.root(tree);
        let places = match &parsed.places {
            Places::Plain(plain) => Places::Plain(plain.clone()),
            Places::Header(plain, marks) => Places::Header(plain.clone(), marks),
            Places::Mended { bytes, start, .. } => Places::mended(bytes, *start),
        };
        let subject = Subject::new(place.pointer, dataset, places, root);
        let mut refusals = 0;
        let noticed =
            tree.doubled().iter().map(|(key, at)| doubled_key(key, subject.places.position(*at, "")));
        for finding in parsed.findings.iter().cloned().chain(noticed.collect::<Vec<_>>()) {
            let text = |key| root.get(key).and_then(super::engine::name_of);
            let mut finding = match dataset {
                Some(index) => finding.with_dataset(index, text("identifier"), text("title")),
                None => finding,
            };
            finding.pointer = format!("{}{}", place.pointer, finding.pointer);
            finding.official = refuses_file(&finding.code);
            refusals += u64::from(finding.official);
            self.add_read(finding);
        }
        let mut check = Check::new(profile, &subject, &mut self.collector, official);
        check.scope = self.scope;
        check.slot(&object(shape), "", root);
        // Of what compares records, only the harvester's own rules are official.
        let compares = self.scope == Scope::All || profile == Profile::Harvester30;
        if compares && (place.kind != RecordKind::Catalog || dataset.is_some()) {
            self.across.record(&mut check, place.kind, dataset);
        }
        refusals += check.refusals;
        self.refusals += refusals;
        refusals
    }

    fn wrong_root(&mut self, profile: Profile, message: &str) {
        let rule = &rule::ROOT;
        self.refusals += 1;
        let about = About { rule, class: "", field: "", official: true, dataset: None };
        let position = Position { line: 1, column: 1 };
        self.collector.add(about, || Finding {
            official: true,
            ..Finding::new(rule.code, rule.severity, message)
                .with_position(position)
                .with_source(profile.source())
                .with_fix(match profile.version() {
                    Version::Pod10 => "choose a profile of DCAT-US, or put the datasets in a bare list",
                    _ => rule.fix,
                })
        });
    }

    fn add_read(&mut self, mut finding: Finding) {
        if self.scope == Scope::Official && !finding.official {
            return;
        }
        let Some(rule) = rule::rule(&finding.code) else { return };
        finding.severity = rule.severity;
        finding.source.get_or_insert_with(|| rule.source.to_owned());
        finding.fix.get_or_insert_with(|| rule.fix.to_owned());
        self.collector.add_read(rule, finding);
    }

    fn profile_or(&mut self, choose: impl FnOnce() -> (Version, bool)) -> Profile {
        *self.profile.get_or_insert_with(|| {
            let (version, is_federal) = choose();
            Profile::of(version, is_federal)
        })
    }

    fn profile_for(&mut self, place: Place<'_>, root: Value<'_>) -> Profile {
        self.profile_or(|| {
            let version = place.version.unwrap_or_else(|| version_of(root.shown(), place.kind));
            (version, is_federal(root))
        })
    }

    fn finish(mut self, summary: &Summary) -> Outcome {
        let profile = self.profile_or(|| (Version::DcatUs11, true));
        for finding in &summary.findings {
            if self.refused_at.contains(&(finding.code.clone(), finding.position)) {
                continue;
            }
            let is_list = finding.code == rule::READ_BARE_LIST.code;
            if is_list && profile.version() == Version::Pod10 {
                continue;
            }
            if is_list {
                self.wrong_root(profile, "the file is a bare list, but DCAT-US is a catalogue object");
                continue;
            }
            let official = refuses_file(&finding.code) || finding.code == rule::READ_NOT_A_LIST.code;
            self.refusals += u64::from(official);
            self.add_read(Finding { official, ..finding.clone() });
        }
        let across = std::mem::take(&mut self.across);
        if self.scope == Scope::All {
            across.finish(&mut self.collector);
        }
        let (totals, findings, groups) = self.collector.finish();
        Outcome {
            profile,
            is_auto: self.asked.is_none(),
            valid: self.refusals == 0,
            datasets: self.datasets,
            invalid_datasets: self.invalid_datasets,
            findings,
            totals,
            groups,
            is_truncated: summary.is_truncated,
            lists: lists(),
        }
    }
}

/// Whether this is the place of a dataset in the outermost catalogue.
fn is_top_dataset(pointer: &str) -> bool {
    pointer.strip_prefix("/dataset/").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
        || pointer == "/dataset"
}

/// Federal agencies give codes; nobody else has them.
fn is_federal(root: Value<'_>) -> bool {
    root.get("bureauCode").is_some() || root.get("programCode").is_some()
}

fn shape_of(kind: RecordKind) -> ShapeId {
    classes().shape(match kind {
        RecordKind::Catalog => Class30::Catalog,
        RecordKind::Dataset => Class30::Dataset,
        RecordKind::DataService => Class30::DataService,
        RecordKind::DatasetSeries => Class30::DatasetSeries,
        RecordKind::CatalogRecord => Class30::CatalogRecord,
    })
}

/// The version that the shape of a record suggests.
fn version_of(text: &str, kind: RecordKind) -> Version {
    match serde_json::from_str(text) {
        Ok(Json::Object(map)) => guess(&Body::from_json(kind, map, &mut Vec::new())),
        _ => Version::DcatUs11,
    }
}

/// The version that the header of a catalogue declares.
fn declared_in(text: &str) -> Option<Version> {
    match serde_json::from_str(text) {
        Ok(Json::Object(map)) => declared(&Catalog::from_json(map, &mut Vec::new())),
        _ => None,
    }
}
