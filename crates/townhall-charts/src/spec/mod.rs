//! What a chart is, as the part of Vega-Lite that is drawn here.

mod read;
mod short;
mod write;

use crate::values::Format;

/// The version of Vega-Lite that specifications are written in.
pub const SCHEMA: &str = "https://vega.github.io/schema/vega-lite/v6.json";

/// A specification can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SpecProblem {
    /// What is wrong, and where.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
}

impl SpecProblem {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// How rows are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Points on a map.
    Map,
    /// Bars, one a category.
    Bar,
    /// Bars in parts.
    StackedBar,
    /// Lines from left to right.
    Line,
    /// Areas from left to right.
    Area,
    /// Slices of a whole.
    Pie,
    /// Bars for ranges of a number.
    Histogram,
    /// Points between two numbers.
    Scatter,
    /// Cells between two categories.
    HeatMap,
    /// One number.
    KeyFigure,
}

impl Kind {
    /// Every kind, in the order the documentation lists them.
    pub const ALL: [Self; 10] = [
        Self::Map,
        Self::Bar,
        Self::StackedBar,
        Self::Line,
        Self::Area,
        Self::Pie,
        Self::Histogram,
        Self::Scatter,
        Self::HeatMap,
        Self::KeyFigure,
    ];

    /// The word in addresses and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Bar => "bar",
            Self::StackedBar => "stacked-bar",
            Self::Line => "line",
            Self::Area => "area",
            Self::Pie => "pie",
            Self::Histogram => "histogram",
            Self::Scatter => "scatter",
            Self::HeatMap => "heat-map",
            Self::KeyFigure => "key-figure",
        }
    }

    /// The words for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Map => "Map of points",
            Self::Bar => "Bar chart",
            Self::StackedBar => "Stacked bar chart",
            Self::Line => "Line chart",
            Self::Area => "Area chart",
            Self::Pie => "Pie chart",
            Self::Histogram => "Histogram",
            Self::Scatter => "Scatter plot",
            Self::HeatMap => "Heat map",
            Self::KeyFigure => "Key figure",
        }
    }

    /// The mark of Vega-Lite.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Map => "circle",
            Self::Bar | Self::StackedBar | Self::Histogram => "bar",
            Self::Line => "line",
            Self::Area => "area",
            Self::Pie => "arc",
            Self::Scatter => "point",
            Self::HeatMap => "rect",
            Self::KeyFigure => "text",
        }
    }

    /// The kind of a word: our own, or a mark of Vega-Lite.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        Self::ALL.into_iter().find(|kind| kind.name() == name).or(match name.as_str() {
            "stacked" | "stackedbar" => Some(Self::StackedBar),
            "arc" => Some(Self::Pie),
            "rect" | "heatmap" => Some(Self::HeatMap),
            "point" | "circle" | "square" | "tick" => Some(Self::Scatter),
            "text" | "figure" | "keyfigure" => Some(Self::KeyFigure),
            "trail" => Some(Self::Line),
            _ => None,
        })
    }

    /// The kind of a mark, as far as what it encodes tells more.
    fn of_mark(mark: &str, spec: &Spec) -> Option<Self> {
        let binned = |channel: &Option<Channel>| channel.as_ref().is_some_and(|c| c.bin.is_some());
        Some(match Self::by_name(mark)? {
            Self::Bar if spec.color.is_some() => Self::StackedBar,
            Self::Bar if binned(&spec.x) || binned(&spec.y) => Self::Histogram,
            Self::Scatter if spec.longitude.is_some() => Self::Map,
            kind => kind,
        })
    }
}

/// What a channel's values are to the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Names without an order.
    Nominal,
    /// Names in an order.
    Ordinal,
    /// Numbers.
    Quantitative,
    /// Times.
    Temporal,
}

impl FieldType {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Nominal, "nominal"),
        (Self::Ordinal, "ordinal"),
        (Self::Quantitative, "quantitative"),
        (Self::Temporal, "temporal"),
    ];

    /// The word of Vega-Lite.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(known, _)| *known == self).map_or("nominal", |(_, name)| name)
    }

    fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// Whether its values stand apart from one another.
    pub const fn is_discrete(self) -> bool {
        matches!(self, Self::Nominal | Self::Ordinal)
    }
}

/// What is computed of a group of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// Rows.
    Count,
    /// The sum.
    Sum,
    /// The mean.
    Mean,
    /// The middle value.
    Median,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The standard deviation of a sample.
    Stdev,
    /// Distinct values.
    Distinct,
    /// Rows with a value.
    Valid,
}

impl Aggregate {
    /// Every function, as forms offer them.
    pub const ALL: [Self; 9] = [
        Self::Count,
        Self::Sum,
        Self::Mean,
        Self::Median,
        Self::Min,
        Self::Max,
        Self::Stdev,
        Self::Distinct,
        Self::Valid,
    ];

    /// The word of Vega-Lite.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Median => "median",
            Self::Min => "min",
            Self::Max => "max",
            Self::Stdev => "stdev",
            Self::Distinct => "distinct",
            Self::Valid => "valid",
        }
    }

    /// The words for people, before a column's name.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Count => "Rows",
            Self::Sum => "Sum of",
            Self::Mean => "Mean of",
            Self::Median => "Median of",
            Self::Min => "Smallest",
            Self::Max => "Largest",
            Self::Stdev => "Standard deviation of",
            Self::Distinct => "Different values of",
            Self::Valid => "Rows with",
        }
    }

    /// The function of that word, or of another that people write for it.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Self::ALL.into_iter().find(|known| known.name() == name).or(match name.as_str() {
            "average" | "avg" => Some(Self::Mean),
            "stddev" => Some(Self::Stdev),
            "count_distinct" => Some(Self::Distinct),
            _ => None,
        })
    }

    /// Whether it needs numbers.
    pub const fn needs_numbers(self) -> bool {
        matches!(self, Self::Sum | Self::Mean | Self::Median | Self::Stdev | Self::Min | Self::Max)
    }

    /// Whether the numbers of two groups can be added up to that of both.
    pub const fn adds_up(self) -> bool {
        matches!(self, Self::Count | Self::Sum | Self::Valid)
    }
}

/// To what times are rounded, in the words of Vega-Lite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// The year.
    Year,
    /// The quarter of a year.
    YearQuarter,
    /// The month of a year.
    YearMonth,
    /// The week, from Monday.
    YearWeek,
    /// The day.
    Day,
    /// The month, whatever the year.
    MonthOfYear,
    /// The day of the week.
    Weekday,
    /// The hour of the day.
    HourOfDay,
}

impl TimeUnit {
    /// Every unit, as forms offer them.
    pub const ALL: [Self; 8] = [
        Self::Year,
        Self::YearQuarter,
        Self::YearMonth,
        Self::YearWeek,
        Self::Day,
        Self::MonthOfYear,
        Self::Weekday,
        Self::HourOfDay,
    ];

    /// The word of Vega-Lite.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::YearQuarter => "yearquarter",
            Self::YearMonth => "yearmonth",
            Self::YearWeek => "yearweek",
            Self::Day => "yearmonthdate",
            Self::MonthOfYear => "month",
            Self::Weekday => "day",
            Self::HourOfDay => "hours",
        }
    }

    /// The words for people, after a column's name.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Year => "by year",
            Self::YearQuarter => "by quarter",
            Self::YearMonth => "by month",
            Self::YearWeek => "by week",
            Self::Day => "by day",
            Self::MonthOfYear => "by month of the year",
            Self::Weekday => "by day of the week",
            Self::HourOfDay => "by hour of the day",
        }
    }

    /// The unit of that word.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_prefix("utc").unwrap_or(&name);
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Whether it comes round again: such values are whole numbers, not times.
    pub const fn is_cyclic(self) -> bool {
        matches!(self, Self::MonthOfYear | Self::Weekday | Self::HourOfDay)
    }
}

/// The order of a channel's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// From the smallest.
    Ascending,
    /// From the largest.
    Descending,
    /// By the number drawn, from the smallest.
    Measure,
    /// By the number drawn, from the largest.
    MeasureDescending,
}

/// How parts stand on one another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stack {
    /// Added up.
    #[default]
    Zero,
    /// As shares of the whole.
    Normalize,
}

/// What decides the place, the length or the colour of marks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Channel {
    /// The column; none for a count of rows.
    pub field: Option<String>,
    /// What its values are to the eye, when said.
    pub kind: Option<FieldType>,
    /// What is computed of it.
    pub aggregate: Option<Aggregate>,
    /// Into how many ranges its numbers are sorted at most.
    pub bin: Option<u16>,
    /// To what its times are rounded.
    pub time_unit: Option<TimeUnit>,
    /// What stands beside the axis.
    pub title: Option<String>,
    /// The order.
    pub sort: Option<Sort>,
    /// How numbers are written.
    pub format: Option<Format>,
}

impl Channel {
    /// A column as it is.
    pub fn field(name: &str) -> Self {
        Self { field: Some(name.to_owned()), ..Self::default() }
    }

    /// How many rows there are.
    pub fn count() -> Self {
        Self { aggregate: Some(Aggregate::Count), ..Self::default() }
    }

    /// A number of each group.
    pub fn aggregate(function: Aggregate, name: &str) -> Self {
        Self { aggregate: Some(function), ..Self::field(name) }
    }

    /// A column of times, rounded.
    pub fn time(name: &str, unit: TimeUnit) -> Self {
        Self { time_unit: Some(unit), ..Self::field(name) }
    }

    /// A column of numbers in ranges.
    pub fn bin(name: &str, bins: u16) -> Self {
        Self { bin: Some(bins), ..Self::field(name) }
    }

    /// The same in an order.
    #[must_use]
    pub fn sorted(mut self, sort: Sort) -> Self {
        self.sort = Some(sort);
        self
    }
}

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// How rows are drawn.
    pub kind: Kind,
    /// Its title; one is made when there is none.
    pub title: Option<String>,
    /// What it shows, in words of whoever made it.
    pub description: Option<String>,
    /// From left to right.
    pub x: Option<Channel>,
    /// From bottom to top.
    pub y: Option<Channel>,
    /// The colour.
    pub color: Option<Channel>,
    /// The size.
    pub size: Option<Channel>,
    /// The angle of a slice.
    pub theta: Option<Channel>,
    /// The number that is written.
    pub text: Option<Channel>,
    /// The longitude.
    pub longitude: Option<Channel>,
    /// The latitude.
    pub latitude: Option<Channel>,
    /// How parts stand on one another.
    pub stack: Stack,
    /// Which rows, in the words of our own dialect.
    pub filters: Vec<(String, String)>,
    /// What it says that is not drawn here.
    pub beyond: Vec<String>,
}

impl Spec {
    /// An empty chart of a kind.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            title: None,
            description: None,
            x: None,
            y: None,
            color: None,
            size: None,
            theta: None,
            text: None,
            longitude: None,
            latitude: None,
            stack: Stack::Zero,
            filters: Vec::new(),
            beyond: Vec::new(),
        }
    }

    /// The channels by the names that Vega-Lite gives them, in the order they are written.
    pub fn channels(&self) -> [(&'static str, Option<&Channel>); 8] {
        [
            ("x", self.x.as_ref()),
            ("y", self.y.as_ref()),
            ("longitude", self.longitude.as_ref()),
            ("latitude", self.latitude.as_ref()),
            ("theta", self.theta.as_ref()),
            ("color", self.color.as_ref()),
            ("size", self.size.as_ref()),
            ("text", self.text.as_ref()),
        ]
    }

    /// The place of a channel by its name.
    pub fn channel_mut(&mut self, name: &str) -> Option<&mut Option<Channel>> {
        Some(match name {
            "x" => &mut self.x,
            "y" => &mut self.y,
            "longitude" => &mut self.longitude,
            "latitude" => &mut self.latitude,
            "theta" => &mut self.theta,
            "color" => &mut self.color,
            "size" => &mut self.size,
            "text" => &mut self.text,
            _ => return None,
        })
    }
}
