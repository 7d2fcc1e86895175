//! What can be known of a data file that came without metadata. Everything here is a suggestion, and marked as one.

use townhall_model::table::{Column, ColumnType};

/// A title from a file name: `school_budget-2025.csv` becomes `School budget 2025`.
pub fn title(file_name: &str) -> String {
    let endings = [".gz", ".zst", ".bz2"];
    let bare = endings.iter().find_map(|ending| file_name.strip_suffix(ending)).unwrap_or(file_name);
    let stem = bare.rsplit_once('.').map_or(bare, |(stem, _)| stem);
    let words: Vec<&str> = stem.split(['_', '-', ' ', '.', '+']).filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Untitled table".to_owned(),
    }
}

/// What the profile of a table says about the whole.
#[derive(Debug, Default, PartialEq)]
pub struct Suggestion {
    /// A sentence or two.
    pub description: String,
    /// The first and last day covered, ISO 8601.
    pub temporal: Option<(String, String)>,
    /// West, south, east, north.
    pub bbox: Option<[f64; 4]>,
    /// Words that may serve as keywords.
    pub keywords: Vec<String>,
}

/// Reads a table's profile.
pub fn from_profile(columns: &[Column], rows: u64) -> Suggestion {
    let temporal = time_covered(columns);
    Suggestion {
        description: describe(columns, rows, temporal.as_ref()),
        temporal,
        bbox: space_covered(columns),
        keywords: columns
            .iter()
            .filter(|column| column.kind == ColumnType::Text)
            .map(|column| column.name.replace('_', " ").to_lowercase())
            .filter(|name| name.chars().count() > 2)
            .take(KEYWORDS_MAX)
            .collect(),
    }
}

const KEYWORDS_MAX: usize = 5;

/// How many column names a suggested description lists.
const COLUMNS_NAMED_MAX: usize = 8;

fn describe(columns: &[Column], rows: u64, temporal: Option<&(String, String)>) -> String {
    let names: Vec<&str> = columns
        .iter()
        .take(COLUMNS_NAMED_MAX)
        .map(|column| column.label.as_deref().unwrap_or(&column.name))
        .collect();
    let more = match columns.len().saturating_sub(COLUMNS_NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let mut text = format!(
        "A table of {} {} with {} {}: {}{more}.",
        grouped(rows),
        plural(rows, "row"),
        columns.len(),
        plural(columns.len() as u64, "column"),
        names.join(", ")
    );
    if let Some((start, end)) = temporal {
        text.push_str(&format!(" It covers {start} to {end}."));
    }
    text
}

fn plural(count: u64, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The span of the first column of days or instants, or of a column of years.
fn time_covered(columns: &[Column]) -> Option<(String, String)> {
    let by_day = columns.iter().filter(|column| column.kind.is_temporal()).find_map(|column| {
        let day = |text: &String| text.get(..10).map(str::to_owned);
        Some((day(column.min.as_ref()?)?, day(column.max.as_ref()?)?))
    });
    by_day.or_else(|| {
        columns.iter().filter(|column| column.kind == ColumnType::Integer && is_year(&column.name)).find_map(
            |column| {
                let year =
                    |text: &String| text.parse::<i32>().ok().filter(|year| (1500..=2200).contains(year));
                Some((year(column.min.as_ref()?)?.to_string(), year(column.max.as_ref()?)?.to_string()))
            },
        )
    })
}

fn is_year(name: &str) -> bool {
    let name = name.to_lowercase();
    name == "year" || name.ends_with("_year") || name.starts_with("year_")
}

/// The box around a pair of latitude and longitude columns.
fn space_covered(columns: &[Column]) -> Option<[f64; 4]> {
    let range = |names: &[&str], limit: f64| {
        let column = columns.iter().find(|column| {
            column.kind.is_numeric() && names.contains(&column.name.to_lowercase().as_str())
        })?;
        let low: f64 = column.min.as_ref()?.parse().ok()?;
        let high: f64 = column.max.as_ref()?.parse().ok()?;
        (low >= -limit && high <= limit && low <= high).then_some((low, high))
    };
    let (south, north) = range(&["latitude", "lat", "y_lat"], 90.0)?;
    let (west, east) = range(&["longitude", "lon", "lng", "long", "x_lon"], 180.0)?;
    Some([west, south, east, north])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, kind: ColumnType, min: &str, max: &str) -> Column {
        Column {
            name: name.into(),
            label: None,
            kind,
            type_reason: None,
            values: 10,
            nulls: 0,
            rejects: 0,
            distinct: 10,
            distinct_exact: true,
            min: Some(min.into()),
            max: Some(max.into()),
            mean: None,
            top: vec![],
            spread: None,
        }
    }

    #[test]
    fn a_file_name_becomes_a_title() {
        assert_eq!(title("school_budget-2025.csv"), "School budget 2025");
        assert_eq!(title(".csv"), "Untitled table");
    }

    #[test]
    fn a_profile_tells_what_a_table_covers() {
        let columns = [
            column("day", ColumnType::Date, "2020-01-01", "2021-06-30"),
            column("lat", ColumnType::Number, "39.5", "41"),
            column("lon", ColumnType::Number, "-105.5", "-104"),
            column("station", ColumnType::Text, "A", "Z"),
        ];
        let suggestion = from_profile(&columns, 12_345);
        assert_eq!(
            suggestion.description,
            "A table of 12,345 rows with 4 columns: day, lat, lon, station. It covers 2020-01-01 to 2021-06-30."
        );
        assert_eq!(suggestion.bbox, Some([-105.5, 39.5, -104.0, 41.0]));
        assert_eq!(suggestion.keywords, ["station"]);
    }
}
