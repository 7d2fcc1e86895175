//! What people may ask, in their own words, and what the index understands of it.

use jiff::civil::{Date, date};
use townhall_search::{Direction, Facet, PlaceFilter, PlaceRelation, SearchQuery, Sort};

use crate::Audience;
use crate::limits::{SEARCH_LIMIT_MAX, SEARCH_OFFSET_MAX, SEARCH_TEXT_MAX};
use crate::places::{self, Lookup};

/// A search as a door receives it: unchecked text.
#[derive(Debug, Clone)]
pub struct SearchRequest {
    /// Words, phrases, exclusions.
    pub text: String,
    /// Selected facet values.
    pub filters: Vec<(Facet, Vec<String>)>,
    /// The name or FIPS code of a state or county.
    pub place: Option<String>,
    /// West, south, east, north in degrees, with commas.
    pub bbox: Option<String>,
    /// The first day or year of interest.
    pub from: Option<String>,
    /// The last day or year of interest.
    pub to: Option<String>,
    /// The order of the hits.
    pub order: SearchOrder,
    /// Hits to pass over.
    pub offset: usize,
    /// Hits wanted.
    pub limit: usize,
    /// Values listed of each facet; none are counted when it is 0.
    pub facet_size: usize,
    /// Who asks.
    pub audience: Audience,
}

impl SearchRequest {
    /// Everything that this audience may see, best first.
    pub fn new(audience: Audience) -> Self {
        Self {
            text: String::new(),
            filters: Vec::new(),
            place: None,
            bbox: None,
            from: None,
            to: None,
            order: SearchOrder::default(),
            offset: 0,
            limit: 20,
            facet_size: 0,
            audience,
        }
    }
}

/// A part of a request that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterProblem {
    /// The parameter.
    pub parameter: &'static str,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// An order of hits, by its name in URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchOrder {
    /// Best match first.
    #[default]
    Relevance,
    /// A to Z.
    Title,
    /// What we last changed first.
    Changed,
    /// What publishers last changed first.
    Modified,
    /// What was last released first.
    Released,
}

impl SearchOrder {
    /// Every order, as pages list them.
    pub const ALL: [Self; 5] = [Self::Relevance, Self::Modified, Self::Released, Self::Changed, Self::Title];

    /// The value in URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Title => "title",
            Self::Changed => "changed",
            Self::Modified => "modified",
            Self::Released => "released",
        }
    }

    /// The words on pages.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Relevance => "Best match",
            Self::Title => "Title, A to Z",
            Self::Changed => "Last changed in this catalog",
            Self::Modified => "Data last updated",
            Self::Released => "Newest release",
        }
    }

    /// The order of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }

    const fn sort(self) -> Sort {
        match self {
            Self::Relevance => Sort::Relevance,
            Self::Title => Sort::Title(Direction::Ascending),
            Self::Changed => Sort::Changed(Direction::Descending),
            Self::Modified => Sort::Modified(Direction::Descending),
            Self::Released => Sort::Released(Direction::Descending),
        }
    }
}

/// The kind that drafts have in the index.
pub(crate) const DRAFT: &str = "draft";

/// The kinds that the public may see.
const PUBLIC_KINDS: [&str; 3] = ["dataset", "data-service", "dataset-series"];

/// A box, and the name of the place it was found for.
type Area = (Option<[f64; 4]>, Option<String>);

impl SearchRequest {
    /// The question for the index, the place that was meant, and what could not be used.
    pub(crate) fn resolve(&self) -> (SearchQuery, Option<String>, Vec<ParameterProblem>) {
        let mut problems = Vec::new();
        let mut note = |parameter, message| problems.push(ParameterProblem { parameter, message });
        let (bbox, place) = match self.area() {
            Ok(found) => found,
            Err((parameter, message)) => {
                note(parameter, message);
                (None, None)
            }
        };
        let time = match self.time() {
            Ok(time) => time,
            Err((parameter, message)) => {
                note(parameter, message);
                None
            }
        };
        let query = SearchQuery {
            text: self.text.chars().take(SEARCH_TEXT_MAX).collect(),
            filters: self.filters_for_audience(),
            place: bbox.map(|bbox| PlaceFilter { bbox, relation: PlaceRelation::Intersects }),
            time,
            sort: self.order.sort(),
            offset: self.offset.min(SEARCH_OFFSET_MAX),
            limit: self.limit.min(SEARCH_LIMIT_MAX),
            facets: if self.facet_size == 0 { Vec::new() } else { self.facets() },
            facet_size: self.facet_size,
            highlight: true,
        };
        (query, place, problems)
    }

    /// Nobody but staff sees drafts, however the question is put.
    fn filters_for_audience(&self) -> Vec<(Facet, Vec<String>)> {
        let mut filters = self.filters.clone();
        if self.audience == Audience::Public {
            let asked = filters
                .iter()
                .position(|(facet, _)| *facet == Facet::Kind)
                .map(|index| filters.remove(index).1);
            let allowed = PUBLIC_KINDS
                .iter()
                .filter(|kind| asked.as_ref().is_none_or(|asked| asked.iter().any(|value| value == *kind)))
                .map(|kind| (*kind).to_owned())
                .collect();
            filters.push((Facet::Kind, allowed));
        }
        filters
    }

    /// The public is not told how many drafts there are.
    fn facets(&self) -> Vec<Facet> {
        let hidden = self.audience == Audience::Public;
        Facet::ALL.into_iter().filter(|facet| !hidden || *facet != Facet::Kind).collect()
    }

    fn area(&self) -> Result<Area, (&'static str, String)> {
        if let Some(text) = &self.bbox {
            return read_bbox(text).map(|bbox| (Some(bbox), None)).map_err(|message| ("bbox", message));
        }
        let Some(name) = &self.place else { return Ok((None, None)) };
        match places::find(name) {
            Lookup::One(place) => Ok((Some(place.bbox), Some(place.label.clone()))),
            Lookup::Several(candidates) => {
                let labels: Vec<&str> = candidates.iter().map(|place| place.label.as_str()).collect();
                Err(("place", format!("“{name}” could be {}: add the state", labels.join("; "))))
            }
            Lookup::None => Err((
                "place",
                format!("“{name}” is not a state or county that we know: try “Boulder County, CO”"),
            )),
        }
    }

    fn time(&self) -> Result<Option<(i32, i32)>, (&'static str, String)> {
        let read = |parameter: &'static str, text: &Option<String>, last: bool| match text {
            None => Ok(None),
            Some(text) => read_day(text, last).map(Some).ok_or_else(|| {
                (parameter, format!("“{text}” is not a date: write a year, 2020-06 or 2020-06-30"))
            }),
        };
        let from = read("from", &self.from, false)?;
        let to = read("to", &self.to, true)?;
        match (from, to) {
            (None, None) => Ok(None),
            (Some(from), Some(to)) if from > to => Err(("to", "the last day is before the first".to_owned())),
            (from, to) => Ok(Some((from.map_or(i32::MIN, days), to.map_or(i32::MAX, days)))),
        }
    }
}

/// Days since 1970-01-01.
pub(crate) fn days(day: Date) -> i32 {
    const EPOCH: Date = date(1970, 1, 1);
    // Jiff's calendar spans fewer than 8 million days.
    EPOCH.until(day).map_or(0, |span| span.get_days())
}

/// A year, a month or a day; for the end of a span its last day.
fn read_day(text: &str, last: bool) -> Option<Date> {
    let text = text.trim();
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str| part.parse::<i16>().ok();
    let month = |part: &str| part.parse::<i8>().ok().filter(|month| (1..=12).contains(month));
    match parts.as_slice() {
        [year] if year.len() == 4 => {
            let (month, day) = if last { (12, 31) } else { (1, 1) };
            Date::new(number(year)?, month, day).ok()
        }
        [year, in_month] => {
            let first = Date::new(number(year)?, month(in_month)?, 1).ok()?;
            Some(if last { first.last_of_month() } else { first })
        }
        [_, _, _] => text.parse().ok(),
        _ => None,
    }
}

/// Four numbers within the globe; south not above north.
fn read_bbox(text: &str) -> Result<[f64; 4], String> {
    let refused = || {
        format!(
            "“{text}” is not an area: write west,south,east,north in degrees, such as -105.5,39.5,-104,41"
        )
    };
    let numbers: Vec<f64> = text
        .split(',')
        .map(|part| part.trim().parse::<f64>().map_err(|_| refused()))
        .collect::<Result<_, _>>()?;
    let bbox: [f64; 4] = numbers.try_into().map_err(|_| refused())?;
    let [west, south, east, north] = bbox;
    let on_globe = bbox.iter().all(|number| number.is_finite())
        && (-180.0..=180.0).contains(&west)
        && (-180.0..=180.0).contains(&east)
        && (-90.0..=90.0).contains(&south)
        && (-90.0..=90.0).contains(&north)
        && south <= north;
    if on_globe { Ok(bbox) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_months_and_days_are_understood() {
        assert_eq!(read_day("2020", false), Some(date(2020, 1, 1)));
        assert_eq!(read_day("2020", true), Some(date(2020, 12, 31)));
        assert_eq!(read_day("2020-02", true), Some(date(2020, 2, 29)));
        assert_eq!(read_day("2020-02-30", true), None);
        assert_eq!(read_day("yesterday", false), None);
        assert_eq!(days(date(1970, 1, 2)), 1);
        assert_eq!(days(date(2000, 1, 1)), 10_957);
    }

    #[test]
    fn the_public_never_sees_drafts() {
        for asked in [
            vec![],
            vec![(Facet::Kind, vec![DRAFT.to_owned()])],
            vec![(Facet::Kind, vec!["dataset".into(), DRAFT.into()])],
        ] {
            let request =
                SearchRequest { filters: asked, facet_size: 5, ..SearchRequest::new(Audience::Public) };
            let (query, ..) = request.resolve();
            let kinds = &query.filters.iter().find(|(facet, _)| *facet == Facet::Kind).unwrap().1;
            assert!(!kinds.iter().any(|kind| kind == DRAFT));
            assert!(!query.facets.contains(&Facet::Kind));
        }
    }

    #[test]
    fn a_part_that_can_not_be_read_is_told_and_left_out() {
        let request = SearchRequest {
            place: Some("Narnia".into()),
            from: Some("soon".into()),
            ..SearchRequest::new(Audience::Public)
        };
        let (query, place, problems) = request.resolve();
        assert_eq!((query.place, query.time, place), (None, None, None));
        assert_eq!(problems.iter().map(|problem| problem.parameter).collect::<Vec<_>>(), ["place", "from"]);
    }
}
