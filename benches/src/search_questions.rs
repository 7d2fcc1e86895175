//! The forty questions: what people type, click and draw on a portal, each with all facets.

use townhall_search::{Direction, Facet, PlaceFilter, PlaceRelation, SearchQuery, Sort};

/// A question with a name for the report.
pub struct Question {
    /// Its name.
    pub name: &'static str,
    /// What is asked.
    pub query: SearchQuery,
}

/// The questions, in the order they are reported.
pub fn questions() -> Vec<Question> {
    let word = |text: &str| SearchQuery::text(format!("{text} "));
    let typing = |text: &str| SearchQuery::text(text);
    let all = SearchQuery::default;
    let near = |query: SearchQuery, bbox| SearchQuery {
        place: Some(PlaceFilter { bbox, relation: PlaceRelation::Intersects }),
        ..query
    };
    let inside = |query: SearchQuery, bbox| SearchQuery {
        place: Some(PlaceFilter { bbox, relation: PlaceRelation::Within }),
        ..query
    };
    let during =
        |query: SearchQuery, first: i32, last: i32| SearchQuery { time: Some((first, last)), ..query };
    let sorted = |query: SearchQuery, sort| SearchQuery { sort, ..query };
    let listed = [
        // Nothing typed: the start page, and browsing.
        ("start page", all()),
        ("browse a publisher", all().with(Facet::Organization, "general-services-administration")),
        ("browse a topic", all().with(Facet::Topic, "energy")),
        ("browse CSV and JSON", all().with(Facet::Format, "csv").with(Facet::Format, "json")),
        ("browse a keyword", all().with(Facet::Keyword, "medicare")),
        (
            "browse public tables of two years",
            all()
                .with(Facet::AccessLevel, "public")
                .with(Facet::Has, "table")
                .with(Facet::Year, "2019")
                .with(Facet::Year, "2020"),
        ),
        ("browse by title", sorted(all(), Sort::Title(Direction::Ascending))),
        ("browse newest releases", sorted(all(), Sort::Released(Direction::Descending))),
        ("browse page 50", SearchQuery { offset: 1_000, ..all() }),
        // One word, from everywhere to nowhere.
        ("word in most records", word("data")),
        ("word in many records", word("energy")),
        ("word in some records", word("medicare")),
        ("word in few records", word("telecommunications")),
        ("place name", word("california")),
        ("column name", word("latitude")),
        ("word in no record", word("xylophone")),
        // Several words.
        ("two words", word("hospital quality")),
        ("two frequent words", word("information data")),
        ("three words", word("crude oil imports")),
        ("four words", word("electric power generation capacity")),
        ("a sentence", word("the number of employees in each agency by fiscal year")),
        ("words that never meet", word("medicare gasoline broadband payroll")),
        ("phrase", word("\"natural gas\"")),
        ("phrase and word", word("\"fiscal year\" contract")),
        ("exclusion", word("energy -coal -petroleum")),
        ("named field", word("title:energy publisher:administration")),
        // Mistyped.
        ("typo", word("medicaer")),
        ("typo in a long word", word("telecomunicatons")),
        ("two typos", word("hosptial qualtiy")),
        // Search as you type.
        ("typing two letters", typing("en")),
        ("typing three letters", typing("med")),
        ("typing the second word", typing("natural g")),
        ("typing a long word", typing("environm")),
        // Words with facets, place and time.
        (
            "word and facets",
            word("report")
                .with(Facet::AccessLevel, "public")
                .with(Facet::Format, "csv")
                .with(Facet::Has, "api"),
        ),
        ("word by change", sorted(word("energy"), Sort::Changed(Direction::Descending))),
        ("box", near(all(), [-124.4, 32.5, -114.1, 42.0])),
        ("box inside", inside(all(), [-80.0, 36.0, -70.0, 46.0])),
        ("box across the antimeridian and word", near(word("data"), [170.0, 50.0, -140.0, 72.0])),
        ("time and word", during(word("oil"), 14_000, 14_365)),
        (
            "everything at once",
            during(near(word("energy production"), [-110.0, 30.0, -90.0, 45.0]), 10_000, 17_000)
                .with(Facet::AccessLevel, "public")
                .with(Facet::Format, "csv")
                .with(Facet::Format, "api"),
        ),
    ];
    listed.into_iter().map(|(name, query)| Question { name, query: query.with_all_facets() }).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_forty() {
        assert_eq!(super::questions().len(), 40);
    }
}
