//! The form that makes a chart: its fields begin with `_f.`, so that none of them is taken for a column.

use townhall_app::charts::{Aggregate, Channel, Field, FieldType, Kind, Sort, Spec, TimeUnit};
use townhall_model::TableId;

use crate::handlers::params::Params;
use crate::pages::views::{ChartForm, Choice, HiddenField};

/// What the fields of the form begin with.
const FIELD: &str = "_f.";

/// Numbers are sorted into ranges.
const RANGES: &str = "bin";

/// The chart that a form has sent; none when the address is not one of a form.
pub(super) fn sent(params: &Params, fields: &[Field]) -> Option<Spec> {
    let get = |name: &str| params.get(&format!("{FIELD}{name}"));
    let kind = Kind::by_name(get("kind")?)?;
    let mut spec = Spec::new(kind);
    spec.title = get("title").map(str::trim).filter(|title| !title.is_empty()).map(str::to_owned);
    spec.filters = params
        .0
        .iter()
        .filter(|(key, _)| !key.starts_with(FIELD) && !Spec::is_word(key) && !super::is_own(key))
        .cloned()
        .collect();
    let field = |name: &str| fields.iter().find(|field| field.name == name);
    let by = get("by").and_then(field);
    let of = get("of").and_then(field);
    let color = get("color").and_then(field).map(|field| Channel::field(&field.name));
    let function = get("function").and_then(Aggregate::by_name).unwrap_or(Aggregate::Count);
    let measure = match of {
        Some(of) if function != Aggregate::Count => Channel::aggregate(function, &of.name),
        _ => Channel::count(),
    };
    let category = by.map(|field| rounded(field, get("unit").unwrap_or_default(), kind));
    match kind {
        Kind::KeyFigure => spec.text = Some(measure),
        Kind::Pie => (spec.color, spec.theta) = (category, Some(measure)),
        Kind::Scatter => {
            spec.x = by.map(|field| Channel::field(&field.name));
            spec.y = of.map(|field| Channel::field(&field.name));
            spec.color = color;
        }
        Kind::Map => {
            let known =
                townhall_app::charts::suggest(fields).into_iter().find(|one| one.spec.kind == Kind::Map);
            (spec.longitude, spec.latitude) = match known {
                Some(known) => (known.spec.longitude, known.spec.latitude),
                None => (by.map(|f| Channel::field(&f.name)), of.map(|f| Channel::field(&f.name))),
            };
            spec.color = color;
        }
        Kind::HeatMap => (spec.x, spec.y, spec.color) = (category, color, Some(measure)),
        Kind::Bar | Kind::StackedBar if lies(category.as_ref(), by) => {
            (spec.y, spec.x, spec.color) = (category, Some(measure), color);
        }
        _ => (spec.x, spec.y, spec.color) = (category, Some(measure), color),
    }
    if spec.kind == Kind::Bar && spec.color.is_some() {
        spec.kind = Kind::StackedBar;
    }
    let sort = match get("sort") {
        Some("ascending") => Some(Sort::Ascending),
        Some("largest") => Some(Sort::MeasureDescending),
        Some("smallest") => Some(Sort::Measure),
        _ => None,
    };
    let is_lying = spec.x.as_ref().is_some_and(|x| x.aggregate.is_some());
    let category = match spec.kind {
        Kind::Pie => spec.color.as_mut(),
        _ if is_lying => spec.y.as_mut(),
        _ => spec.x.as_mut(),
    };
    if let Some(category) = category.filter(|category| category.aggregate.is_none()) {
        category.sort = sort;
    }
    // The same words read back are the same chart, whatever the form left out.
    Spec::from_pairs(&spec.to_pairs()).ok().flatten()
}

/// Names are read more easily beside bars that lie.
fn lies(category: Option<&Channel>, field: Option<&Field>) -> bool {
    let is_plain = category.is_some_and(|channel| channel.time_unit.is_none() && channel.bin.is_none());
    is_plain && field.is_some_and(|field| !field.kind.is_numeric() && !field.kind.is_temporal())
}

/// A column as a category: times rounded, numbers in ranges, as was asked or as suits it.
fn rounded(field: &Field, unit: &str, kind: Kind) -> Channel {
    if field.kind.is_temporal()
        && let Some(unit) = TimeUnit::by_name(unit)
    {
        return Channel::time(&field.name, unit);
    }
    let wants_ranges = unit == RANGES || kind == Kind::Histogram;
    match field.kind.is_numeric() && wants_ranges {
        true => Channel::bin(&field.name, 20),
        false => Channel::field(&field.name),
    }
}

/// The form, filled with a chart.
pub(super) fn form(
    spec: Option<&Spec>,
    fields: &[Field],
    params: &Params,
    table: Option<TableId>,
) -> ChartForm {
    let now = spec.map(Filled::of).unwrap_or_default();
    let choice = |value: &str, label: &str, current: &str| Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        url: String::new(),
        selected: value == current,
    };
    let columns = |current: &str, is_offered: &dyn Fn(&Field) -> bool| {
        let offered = fields.iter().filter(|field| is_offered(field));
        offered.map(|field| choice(&field.name, &field.label, current)).collect::<Vec<_>>()
    };
    let first = |label: &str, current: &str, mut rest: Vec<Choice>| {
        rest.insert(0, choice("", label, current));
        rest
    };
    let mut units = vec![choice("", "As it is", &now.unit), choice(RANGES, "Numbers in ranges", &now.unit)];
    units.extend(TimeUnit::ALL.iter().map(|unit| {
        let words = unit.words();
        choice(unit.name(), &format!("Dates {words}"), &now.unit)
    }));
    let offered_filters: Vec<HiddenField> = params
        .0
        .iter()
        .filter(|(key, _)| !Spec::is_word(key) && !super::is_own(key) && !key.starts_with(FIELD))
        .chain(spec.iter().flat_map(|spec| &spec.filters))
        .map(|(name, value)| HiddenField { name: name.clone(), value: value.clone() })
        .collect();
    let mut keep: Vec<HiddenField> = Vec::new();
    for one in offered_filters {
        if !keep.contains(&one) {
            keep.push(one);
        }
    }
    keep.extend(table.map(|id| HiddenField { name: "table".into(), value: id.to_string() }));
    ChartForm {
        keep,
        kinds: Kind::ALL.iter().map(|kind| choice(kind.name(), kind.label(), &now.kind)).collect(),
        by: first("Nothing", &now.by, columns(&now.by, &|_| true)),
        units,
        functions: Aggregate::ALL
            .iter()
            .map(|function| {
                let label = match function {
                    Aggregate::Count => "Number of rows",
                    other => other.words(),
                };
                choice(function.name(), label, &now.function)
            })
            .collect(),
        of: first("Nothing", &now.of, columns(&now.of, &|_| true)),
        colors: first("Nothing", &now.color, columns(&now.color, &|_| true)),
        sorts: [
            ("", "By their names or dates"),
            ("largest", "The largest first"),
            ("smallest", "The smallest first"),
        ]
        .map(|(value, label)| choice(value, label, &now.sort))
        .into(),
        title: spec.and_then(|spec| spec.title.clone()).unwrap_or_default(),
    }
}

/// What the fields of the form hold for a chart.
#[derive(Default)]
struct Filled {
    kind: String,
    by: String,
    unit: String,
    function: String,
    of: String,
    color: String,
    sort: String,
}

impl Filled {
    fn of(spec: &Spec) -> Self {
        let is_lying = spec.x.as_ref().is_some_and(|x| x.aggregate.is_some());
        let (by, measure, color) = match spec.kind {
            Kind::KeyFigure => (None, spec.text.as_ref(), None),
            Kind::Pie => (spec.color.as_ref(), spec.theta.as_ref(), None),
            Kind::HeatMap => (spec.x.as_ref(), spec.color.as_ref(), spec.y.as_ref()),
            Kind::Map => (spec.longitude.as_ref(), spec.latitude.as_ref(), spec.color.as_ref()),
            _ if is_lying => (spec.y.as_ref(), spec.x.as_ref(), spec.color.as_ref()),
            _ => (spec.x.as_ref(), spec.y.as_ref(), spec.color.as_ref()),
        };
        let name = |channel: Option<&Channel>| channel.and_then(|c| c.field.clone()).unwrap_or_default();
        Self {
            kind: spec.kind.name().to_owned(),
            unit: by
                .map(|channel| match (channel.time_unit, channel.bin) {
                    (Some(unit), _) => unit.name().to_owned(),
                    (None, Some(_)) => RANGES.to_owned(),
                    _ => String::new(),
                })
                .unwrap_or_default(),
            function: measure
                .and_then(|channel| channel.aggregate)
                .unwrap_or(Aggregate::Count)
                .name()
                .to_owned(),
            sort: match by.and_then(|channel| channel.sort) {
                Some(Sort::MeasureDescending) => "largest".to_owned(),
                Some(Sort::Measure) => "smallest".to_owned(),
                _ => String::new(),
            },
            by: name(by),
            of: name(measure),
            color: name(
                color.filter(|color| color.kind != Some(FieldType::Quantitative) || color.field.is_some()),
            ),
        }
    }
}
