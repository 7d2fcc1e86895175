//! Which property an element means.

use townhall_model::record::{ClassInfo, Dataset, RecordKind};

use super::node::Name;

/// The properties of a dataset that are lists, however many items they have.
const LISTS: [&str; 7] =
    ["keyword", "bureauCode", "programCode", "language", "references", "theme", "distribution"];

/// The properties of a dataset that stand once. The example of version 1.0 has one of them twice.
const SINGLE: [&str; 18] = [
    "title",
    "description",
    "modified",
    "publisher",
    "identifier",
    "accessLevel",
    "accessLevelComment",
    "dataQuality",
    "dataDictionary",
    "license",
    "rights",
    "mbox",
    "accrualPeriodicity",
    "describedByType",
    "isPartOf",
    "issued",
    "landingPage",
    "systemOfRecords",
];

/// The properties of version 1.0 that later versions have otherwise or elsewhere.
const POD_1_0: [&str; 8] = [
    "mbox",
    "dataDictionary",
    "dataDictionaryType",
    "webService",
    "accessURL",
    "format",
    "accessLevelComment",
    "PrimaryITInvestmentUII",
];

/// How the example of version 1.0 writes some properties, in small letters.
const ALIASES: [(&str, &str); 2] =
    [("accrualperiodocity", "accrualPeriodicity"), ("homepage", "landingPage")];

/// Elements that hold one record each, in small letters. Those that are not ours are what converters write.
const RECORDS: [(&str, RecordKind); 10] = [
    ("dataset", RecordKind::Dataset),
    ("service", RecordKind::DataService),
    ("dataservice", RecordKind::DataService),
    ("datasetseries", RecordKind::DatasetSeries),
    ("catalogrecord", RecordKind::CatalogRecord),
    ("record", RecordKind::Dataset),
    ("row", RecordKind::Dataset),
    ("item", RecordKind::Dataset),
    ("entry", RecordKind::Dataset),
    ("element", RecordKind::Dataset),
];

/// Elements that hold records, in small letters, besides the root.
const CONTAINERS: [&str; 12] = [
    "catalog", "datasets", "data", "records", "rows", "items", "entries", "services", "results", "result",
    "root", "list",
];

/// Elements in which the items of a list are wrapped, in small letters.
const ITEMS: [&str; 4] = ["item", "value", "li", "element"];

/// The element that a record of this kind is written as.
pub fn tag_of(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::CatalogRecord => "catalogRecord",
        kind => kind.catalog_key(),
    }
}

/// The kind of record that an element holds where records may stand.
pub fn record_kind(tag: &str) -> Option<RecordKind> {
    RECORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(tag)).map(|(_, kind)| *kind)
}

/// Whether the element begins a record, wherever it stands. Others are too common to be sure.
pub fn begins_record(tag: &str) -> bool {
    tag.eq_ignore_ascii_case("dataset")
}

/// Whether the element holds records.
pub fn is_container(tag: &str) -> bool {
    CONTAINERS.iter().any(|name| name.eq_ignore_ascii_case(tag))
}

/// A class whose properties are looked up.
pub type Class = Option<&'static ClassInfo>;

fn is_dataset(class: Class) -> bool {
    class.is_some_and(|class| class.name == Dataset::info().name)
}

/// Whether the property is a list, however many items it has.
pub fn is_list(class: Class, key: &str) -> bool {
    is_dataset(class) && LISTS.contains(&key)
}

/// Whether the property stands once.
pub fn is_single(class: Class, key: &str) -> bool {
    is_dataset(class) && SINGLE.contains(&key)
}

/// Whether the property is true or false.
pub fn is_truth(class: Class, key: &str) -> bool {
    is_dataset(class) && key == "dataQuality"
}

/// The class of the objects that a property has.
pub fn class_in(class: Class, key: &str) -> Class {
    (class?.field(key)?.class)()
}

/// The key of the property that an element means, and whether its name is the plural of it.
pub fn key_of(name: &Name, class: Class) -> (String, bool) {
    let (whole, local) = match name {
        Name::Key(key) => return (key.clone(), false),
        Name::Tag(tag) => (tag.as_str(), tag.as_str()),
        Name::Property(name) => (name.as_str(), name.rsplit([':', '/', '#']).next().unwrap_or(name)),
    };
    let Some(class) = class else { return (local.to_owned(), false) };
    let is_dataset = is_dataset(Some(class));
    let keys = class.fields.iter().map(|field| field.key);
    let mut keys = keys.chain(POD_1_0.into_iter().filter(|_| is_dataset));
    if let Some(key) = keys.find(|key| key.eq_ignore_ascii_case(local)) {
        return (key.to_owned(), false);
    }
    if is_dataset {
        if let Some((_, key)) = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(local)) {
            return ((*key).to_owned(), false);
        }
        let singular = local.strip_suffix(['s', 'S']);
        let list = singular.and_then(|one| LISTS.iter().find(|key| key.eq_ignore_ascii_case(one)));
        if let Some(key) = list {
            return ((*key).to_owned(), true);
        }
    }
    (whole.to_owned(), false)
}

/// Whether an element in the list `key` holds an item of it, rather than being a member of an item.
pub fn is_item(name: &Name, key: &str) -> bool {
    let Name::Tag(tag) = name else { return false };
    let one = key.strip_suffix('s').unwrap_or(key);
    tag.eq_ignore_ascii_case(key)
        || tag.eq_ignore_ascii_case(one)
        || ITEMS.iter().any(|item| item.eq_ignore_ascii_case(tag))
}

/// What an element for this property is called: by its key, where that is a name of XML and means nothing else.
pub fn name_of(key: &str, class: Class) -> Name {
    let mut letters = key.bytes();
    let is_name = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        && !key.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("xml"))
        && !key.eq_ignore_ascii_case("attribute")
        && record_kind(key).is_none()
        && !is_container(key);
    let tag = Name::Tag(key.to_owned());
    if is_name && key_of(&tag, class) == (key.to_owned(), false) { tag } else { Name::Key(key.to_owned()) }
}
