//! From a specification to the one question about rows that a chart asks.

use townhall_model::table::ColumnType;

use crate::limits::{BINS, GROUPS_MAX, POINTS_MAX};
use crate::scale::ranges;
use crate::spec::{Aggregate, Channel, FieldType, Kind, Sort, Spec, TimeUnit};
use crate::values::Format;
use crate::words::excerpt;

/// Longest name of a column in a made title.
const TITLE_CHARS_MAX: usize = 60;

/// How many columns a hint lists.
const HINT_COLUMNS: usize = 20;

/// Years: whole numbers from here to there are written without commas.
const YEARS: (f64, f64) = (1500.0, 2200.0);

/// A column as far as charts are concerned.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What it holds.
    pub kind: ColumnType,
    /// The unit of its numbers.
    pub unit: Option<String>,
    /// Its smallest number, when known.
    pub min: Option<f64>,
    /// Its largest number, when known.
    pub max: Option<f64>,
    /// How many different values it has, when known.
    pub distinct: u64,
    /// Whether its numbers are money.
    pub is_currency: bool,
}

/// A chart can't be made of these columns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PlanProblem {
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
}

impl PlanProblem {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()) }
    }
}

/// Where the values of a result come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A column as it is.
    Column(String),
    /// The begin of the range that a number lies in.
    Range {
        /// The column.
        column: String,
        /// The begin of one range.
        start: f64,
        /// How wide each is.
        step: f64,
    },
    /// A time, rounded.
    Time {
        /// The column.
        column: String,
        /// To what.
        unit: TimeUnit,
    },
    /// A number of each group.
    Aggregate {
        /// What is computed.
        function: Aggregate,
        /// Of which column; of the rows when there is none.
        column: Option<String>,
    },
}

/// A result that the question asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// What it is called in the answer.
    pub name: String,
    /// Where its values come from.
    pub source: Source,
    /// What people call it.
    pub title: String,
    /// What its values are to the eye.
    pub kind: FieldType,
    /// The order of its values.
    pub sort: Option<Sort>,
    /// How its numbers are written.
    pub format: Option<Format>,
}

impl Output {
    /// The unit that its times are rounded to.
    pub(crate) fn unit(&self) -> Option<TimeUnit> {
        match self.source {
            Source::Time { unit, .. } => Some(unit),
            _ => None,
        }
    }

    /// A number of it as people read it.
    pub(crate) fn number(&self, value: f64) -> String {
        self.format.map_or_else(|| crate::words::number(value), |format| format.write(value))
    }

    /// The same beside an axis.
    pub(crate) fn short(&self, value: f64) -> String {
        let plain = Format { is_currency: false, is_percent: false, is_grouped: true, decimals: None };
        self.format.unwrap_or(plain).write_short(value)
    }

    /// Whether it is computed of groups.
    pub fn is_measure(&self) -> bool {
        matches!(self.source, Source::Aggregate { .. })
    }
}

/// What stands where; the numbers are places among the outputs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Layout {
    Cube { category: usize, series: Option<usize>, measure: usize, is_lying: bool },
    Points { x: usize, y: usize, color: Option<usize>, size: Option<usize>, label: Option<usize> },
    Figure { measure: usize },
}

/// A chart's question.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The chart.
    pub spec: Spec,
    /// The results, in order.
    pub outputs: Vec<Output>,
    /// Columns without which a row says nothing here.
    pub required: Vec<String>,
    /// The order: places among the outputs, and whether the largest comes first.
    pub order: Vec<(usize, bool)>,
    /// How many rows or groups are wanted at most.
    pub limit: usize,
    pub(crate) layout: Layout,
}

impl Plan {
    /// Plans a chart over these columns.
    pub fn new(spec: &Spec, fields: &[Field]) -> Result<Self, PlanProblem> {
        let mut planner = Planner { fields, outputs: Vec::new() };
        let mut spec = spec.clone();
        let layout = planner.layout(&mut spec)?;
        planner.tell(&mut spec);
        let outputs = planner.outputs;
        let required = outputs
            .iter()
            .filter_map(|output| match &output.source {
                Source::Range { column, .. } | Source::Time { column, .. } => Some(column.clone()),
                Source::Column(column) if !output.kind.is_discrete() => Some(column.clone()),
                _ => None,
            })
            .collect();
        let (order, limit) = match &layout {
            Layout::Cube { category, measure, series, .. } => {
                let by_size = outputs[*category].kind.is_discrete();
                let mut order = vec![(*category, false)];
                order.extend(series.map(|series| (series, false)));
                if by_size {
                    order.insert(0, (*measure, true));
                }
                (order, GROUPS_MAX)
            }
            Layout::Points { .. } => (Vec::new(), POINTS_MAX),
            Layout::Figure { .. } => (Vec::new(), 1),
        };
        Ok(Self { spec, outputs, required, order, limit, layout })
    }

    /// Whether groups are asked for rather than rows.
    pub fn is_grouped(&self) -> bool {
        !matches!(self.layout, Layout::Points { .. })
    }

    /// The title: that of the specification, or one made of what it shows.
    pub fn title(&self) -> String {
        if let Some(title) = &self.spec.title {
            return title.clone();
        }
        let title = |index: usize| excerpt(&self.outputs[index].title, TITLE_CHARS_MAX);
        match &self.layout {
            Layout::Cube { category, series, measure, .. } => {
                let unit = self.outputs[*category].unit();
                let by = match unit {
                    Some(unit) => unit.words().to_owned(),
                    None => format!("by {}", title(*category)),
                };
                match series {
                    Some(series) => format!("{} {by} and {}", title(*measure), title(*series)),
                    None => format!("{} {by}", title(*measure)),
                }
            }
            Layout::Points { .. } if self.spec.kind == Kind::Map => "Map of the rows".to_owned(),
            Layout::Points { x, y, .. } => format!("{} against {}", title(*y), title(*x)),
            Layout::Figure { measure } => title(*measure),
        }
    }
}

struct Planner<'a> {
    fields: &'a [Field],
    outputs: Vec<Output>,
}

impl Planner<'_> {
    fn layout(&mut self, spec: &mut Spec) -> Result<Layout, PlanProblem> {
        match spec.kind {
            Kind::Map => self.map(spec),
            Kind::Scatter => self.scatter(spec),
            Kind::KeyFigure => {
                let number = spec.text.take().or_else(|| spec.y.take()).or_else(|| spec.x.take());
                let number = measured(number.unwrap_or_else(Channel::count), Aggregate::Sum);
                let layout = Layout::Figure { measure: self.output(&number)? };
                spec.text = Some(number);
                Ok(layout)
            }
            Kind::Pie => {
                let parts = spec.color.take().or_else(|| spec.x.take()).ok_or_else(|| {
                    PlanProblem::new("the pie has no parts", "name the column of its parts as `color`")
                })?;
                let number = spec.theta.take().or_else(|| spec.y.take()).unwrap_or_else(Channel::count);
                let number = measured(number, Aggregate::Sum);
                let (category, measure) = (self.output(&parts)?, self.output(&number)?);
                (spec.color, spec.theta) = (Some(parts), Some(number));
                Ok(Layout::Cube { category, series: None, measure, is_lying: false })
            }
            Kind::HeatMap => {
                let missing = |name: &str| {
                    PlanProblem::new(
                        format!("the heat map has no `{name}`"),
                        "name a column for `x` and one for `y`",
                    )
                };
                let x = spec.x.clone().ok_or_else(|| missing("x"))?;
                let y = spec.y.clone().ok_or_else(|| missing("y"))?;
                let (x, y) = (self.in_ranges(x), self.in_ranges(y));
                let number = measured(spec.color.take().unwrap_or_else(Channel::count), Aggregate::Mean);
                let (category, series) = (self.output(&x)?, self.output(&y)?);
                let measure = self.output(&number)?;
                (spec.x, spec.y, spec.color) = (Some(x), Some(y), Some(number));
                Ok(Layout::Cube { category, series: Some(series), measure, is_lying: false })
            }
            Kind::Bar | Kind::StackedBar | Kind::Histogram | Kind::Line | Kind::Area => self.cartesian(spec),
        }
    }

    /// Says in the specification what its values are to the eye and what people call them: other programs do not know.
    fn tell(&self, spec: &mut Spec) {
        let names: Vec<&'static str> =
            spec.channels().iter().filter(|(_, channel)| channel.is_some()).map(|(name, _)| *name).collect();
        for name in names {
            let Some(channel) = spec.channel_mut(name).and_then(Option::as_mut) else { continue };
            if let Ok(output) = self.make(channel) {
                channel.kind = Some(output.kind);
                channel.title.get_or_insert(output.title);
                channel.format = output.format;
            }
        }
    }

    fn cartesian(&mut self, spec: &mut Spec) -> Result<Layout, PlanProblem> {
        let (mut x, mut y) = (spec.x.take(), spec.y.take());
        if spec.kind == Kind::Histogram {
            for channel in [&mut x, &mut y].into_iter().flatten() {
                if channel.aggregate.is_none() && channel.bin.is_none() {
                    channel.bin = Some(BINS);
                }
            }
        }
        let is_measure = |channel: &Option<Channel>| channel.as_ref().is_none_or(|c| c.aggregate.is_some());
        let is_number = |channel: &Option<Channel>| {
            channel.as_ref().is_some_and(|channel| {
                channel.bin.is_none()
                    && self.field(channel).is_ok_and(|field| field.kind.is_numeric())
                    && !channel.kind.is_some_and(FieldType::is_discrete)
            })
        };
        // The channel that is computed is the length; else the one with numbers beside names.
        let is_lying = match (is_measure(&x), is_measure(&y)) {
            (true, false) => true,
            (false, true) => false,
            _ => is_number(&x) && !is_number(&y),
        };
        let (category, number) = if is_lying { (y, x) } else { (x, y) };
        let category = category.filter(|channel| channel.aggregate.is_none()).ok_or_else(|| {
            PlanProblem::new("the chart has no categories", "name a column for `x`, such as `x=state`")
        })?;
        let fallback = if spec.kind == Kind::Line { Aggregate::Mean } else { Aggregate::Sum };
        let number = measured(number.unwrap_or_else(Channel::count), fallback);
        let at = self.output(&category)?;
        let series = match spec.color.take().filter(|color| color.aggregate.is_none()) {
            Some(color) if color.field != category.field || color.time_unit != category.time_unit => {
                let color = self.in_ranges(color);
                let place = self.output(&color)?;
                spec.color = Some(color);
                Some(place)
            }
            _ => None,
        };
        let measure = self.output(&number)?;
        let (category, number) = (Some(category), Some(number));
        (spec.x, spec.y) = if is_lying { (number, category) } else { (category, number) };
        if spec.kind == Kind::StackedBar && series.is_none() {
            spec.kind = Kind::Bar;
        }
        Ok(Layout::Cube { category: at, series, measure, is_lying })
    }

    fn scatter(&mut self, spec: &mut Spec) -> Result<Layout, PlanProblem> {
        let mut number = |name: &str, channel: &Option<Channel>| {
            let hint = "name two columns of numbers or dates, one as `x` and one as `y`";
            let channel = channel.clone().filter(|channel| channel.aggregate.is_none()).ok_or_else(|| {
                PlanProblem::new(format!("the scatter plot has no column for `{name}`"), hint)
            })?;
            let plain = Channel { bin: None, time_unit: None, ..channel };
            let field = self.field(&plain)?;
            if !field.kind.is_numeric() && !field.kind.is_temporal() {
                return Err(PlanProblem::new(
                    format!("`{}` holds {}, which have no place on an axis", field.name, field.kind.name()),
                    hint,
                ));
            }
            self.output(&plain)
        };
        let (x, y) = (number("x", &spec.x)?, number("y", &spec.y)?);
        let (color, size) = (self.optional(&spec.color, false)?, self.optional(&spec.size, true)?);
        Ok(Layout::Points { x, y, color, size, label: None })
    }

    fn map(&mut self, spec: &mut Spec) -> Result<Layout, PlanProblem> {
        let hint = "name the columns of degrees as `longitude` and `latitude`";
        for (name, channel) in [("longitude", &spec.longitude), ("latitude", &spec.latitude)] {
            let channel =
                channel.as_ref().ok_or_else(|| PlanProblem::new(format!("the map has no `{name}`"), hint))?;
            let field = self.field(channel)?;
            if !field.kind.is_numeric() {
                return Err(PlanProblem::new(
                    format!("`{}` holds {}, not degrees", field.name, field.kind.name()),
                    hint,
                ));
            }
        }
        let plain = |channel: &Option<Channel>| {
            Channel::field(channel.as_ref().and_then(|c| c.field.as_deref()).unwrap_or_default())
        };
        let x = self.output(&plain(&spec.longitude))?;
        let y = self.output(&plain(&spec.latitude))?;
        let (color, size) = (self.optional(&spec.color, false)?, self.optional(&spec.size, true)?);
        let label = match spec.text.as_ref().filter(|text| text.aggregate.is_none()) {
            Some(text) => {
                let text = Channel {
                    kind: Some(FieldType::Nominal),
                    ..Channel::field(text.field.as_deref().unwrap_or_default())
                };
                Some(self.output(&text)?)
            }
            None => None,
        };
        Ok(Layout::Points { x, y, color, size, label })
    }

    /// A channel that may be there; for a size only when it holds numbers.
    fn optional(
        &mut self,
        channel: &Option<Channel>,
        wants_numbers: bool,
    ) -> Result<Option<usize>, PlanProblem> {
        let Some(channel) = channel.as_ref().filter(|channel| channel.aggregate.is_none()) else {
            return Ok(None);
        };
        let plain = Channel { bin: None, time_unit: None, ..channel.clone() };
        let field = self.field(&plain)?;
        if wants_numbers && !field.kind.is_numeric() {
            return Err(PlanProblem::new(
                format!("`{}` holds {}, which have no size", field.name, field.kind.name()),
                "use a column of numbers",
            ));
        }
        Ok(Some(self.output(&plain)?))
    }

    /// Numbers of many values in ranges: as categories each would stand alone.
    fn in_ranges(&self, mut channel: Channel) -> Channel {
        if let Ok(field) = self.field(&channel)
            && channel.bin.is_none()
            && field.kind.is_numeric()
            && field.distinct > u64::from(BINS)
            && !channel.kind.is_some_and(FieldType::is_discrete)
        {
            channel.bin = Some(10);
        }
        channel
    }

    fn field(&self, channel: &Channel) -> Result<&Field, PlanProblem> {
        let name = channel.field.as_deref().unwrap_or_default();
        self.fields.iter().find(|field| field.name == name).ok_or_else(|| {
            let known: Vec<&str> =
                self.fields.iter().take(HINT_COLUMNS).map(|field| field.name.as_str()).collect();
            PlanProblem::new(
                format!("there is no column `{}`", name.chars().take(80).collect::<String>()),
                format!("the columns are {}", known.join(", ")),
            )
        })
    }

    /// The place of a channel's result; the same result is asked for once.
    fn output(&mut self, channel: &Channel) -> Result<usize, PlanProblem> {
        let output = self.make(channel)?;
        if let Some(known) = self.outputs.iter().position(|known| known.source == output.source) {
            return Ok(known);
        }
        let mut output = output;
        // A computed result is never called like a column: an order by that name would be taken for the column's.
        let is_column = matches!(output.source, Source::Column(_));
        while self.outputs.iter().any(|known| known.name == output.name)
            || (!is_column && self.fields.iter().any(|field| field.name == output.name))
        {
            output.name.push('_');
        }
        self.outputs.push(output);
        Ok(self.outputs.len() - 1)
    }

    fn make(&self, channel: &Channel) -> Result<Output, PlanProblem> {
        if channel.aggregate == Some(Aggregate::Count) {
            return Ok(Output {
                name: "rows".to_owned(),
                source: Source::Aggregate { function: Aggregate::Count, column: None },
                title: channel.title.clone().unwrap_or_else(|| "Rows".to_owned()),
                kind: FieldType::Quantitative,
                sort: channel.sort,
                format: channel.format,
            });
        }
        let field = self.field(channel)?;
        let column = field.name.clone();
        let unit = field.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
        let labelled = format!("{}{unit}", field.label);
        let currency = field.is_currency.then_some(Format::CURRENCY);
        let wants = |what: &str, is: bool| match is {
            true => Ok(()),
            false => Err(PlanProblem::new(
                format!("`{}` holds {}, so {what}", field.name, field.kind.name()),
                "choose another column, or `count()` for the number of rows",
            )),
        };
        let output = if let Some(function) = channel.aggregate {
            wants(
                &format!("it has no {}", function.name()),
                field.kind.is_numeric() || !function.needs_numbers(),
            )?;
            let counts = matches!(function, Aggregate::Distinct | Aggregate::Valid);
            Output {
                name: format!("{}_{column}", function.name()),
                title: format!("{} {}", function.words(), if counts { &field.label } else { &labelled }),
                source: Source::Aggregate { function, column: Some(column) },
                kind: FieldType::Quantitative,
                sort: channel.sort,
                format: if counts { None } else { currency },
            }
        } else if let Some(unit) = channel.time_unit {
            wants("it can't be rounded to times", field.kind.is_temporal())?;
            Output {
                name: format!("{}_{column}", unit.name()),
                source: Source::Time { column, unit },
                title: field.label.clone(),
                kind: if unit.is_cyclic() { FieldType::Ordinal } else { FieldType::Temporal },
                sort: channel.sort,
                format: None,
            }
        } else if let Some(bins) = channel.bin {
            wants("it can't be sorted into ranges", field.kind.is_numeric())?;
            let is_whole = field.kind == ColumnType::Integer;
            let low = field.min.unwrap_or(0.0);
            let (start, step) = ranges(low, field.max.unwrap_or(low + f64::from(bins)), bins, is_whole);
            Output {
                name: format!("bin_{column}"),
                source: Source::Range { column, start, step },
                title: labelled,
                kind: FieldType::Quantitative,
                sort: channel.sort,
                format: year_format(field).or(currency),
            }
        } else {
            let natural = match field.kind {
                ColumnType::Integer | ColumnType::Number => FieldType::Quantitative,
                kind if kind.is_temporal() => FieldType::Temporal,
                _ => FieldType::Nominal,
            };
            let kind = match channel.kind {
                Some(FieldType::Quantitative) => {
                    wants("it is no quantity", field.kind.is_numeric())?;
                    FieldType::Quantitative
                }
                // Numbers that are said to be times are years, mostly: they keep their places as numbers.
                Some(FieldType::Temporal) => natural,
                Some(kind) => kind,
                None => natural,
            };
            Output {
                name: column.clone(),
                source: Source::Column(column),
                title: if kind == FieldType::Quantitative { labelled } else { field.label.clone() },
                kind,
                sort: channel.sort,
                format: year_format(field).or(currency),
            }
        };
        Ok(Output {
            title: channel.title.clone().unwrap_or(output.title),
            format: channel.format.or(output.format),
            ..output
        })
    }
}

/// Whole numbers that look like years are written without commas.
fn year_format(field: &Field) -> Option<Format> {
    let is_year = field.kind == ColumnType::Integer
        && field.min.is_some_and(|min| min >= YEARS.0)
        && field.max.is_some_and(|max| max <= YEARS.1);
    is_year.then_some(Format { is_currency: false, is_percent: false, is_grouped: false, decimals: Some(0) })
}

/// The channel as a number of groups: rows that share a place are put together.
fn measured(channel: Channel, fallback: Aggregate) -> Channel {
    match channel.aggregate {
        Some(_) => channel,
        None => Channel { aggregate: Some(fallback), bin: None, time_unit: None, ..channel },
    }
}
