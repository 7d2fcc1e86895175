//! What words find.

use townhall_search::{SearchQuery, SuggestionKind};

use crate::support::{catalogue, draw, index, slugs, titled};

#[test]
fn words_are_found_in_every_place_and_must_all_be_there() {
    let small = index(catalogue());
    assert_eq!(small.found("drinking"), "r1");
    assert_eq!(small.found("wells water"), "r2 r1");
    assert_eq!(small.found("epa wells"), "r2 r1");
    assert_eq!(small.found("nitrate"), "r1");
    assert_eq!(small.found("united states"), "r1");
    assert_eq!(small.found("EPA-WATER-001"), "r1");
    assert_eq!(small.found("zebra"), "");
}

#[test]
fn the_title_counts_more_than_the_description() {
    let small = index(catalogue());
    assert_eq!(small.found("water "), "r1 r2 r3");
    assert_eq!(small.found("schools"), "r3");
}

#[test]
fn inflections_case_accents_and_stop_words_do_not_matter() {
    let small = index(catalogue());
    assert_eq!(small.found("SCHOOL "), "r3");
    assert_eq!(small.found("ecole "), "r3");
    assert_eq!(small.found("the wells of the pacific "), "r2");
    assert_eq!(small.found("everything about college "), "r4");
    assert_eq!(small.found("in "), "r2 r3 r1", "stop words alone are looked for as they are");
}

#[test]
fn the_last_word_may_be_unfinished_and_only_the_last() {
    let small = index(catalogue());
    assert_eq!(small.found("scorec"), "r4");
    assert_eq!(small.found("drinking wat"), "r1");
    assert_eq!(small.found("scorec "), "", "a space ends the word");
    assert_eq!(small.found("enrol"), "r3");
    assert!(small.ask(&SearchQuery::text("wat drinking")).relaxed);
}

#[test]
fn an_unfinished_word_ranks_below_the_finished_one() {
    let pair = index(vec![titled(1, "Watershed borders"), titled(2, "Water use")]);
    assert_eq!(pair.found("water"), "r2 r1");
}

#[test]
fn one_typo_is_forgiven_in_words_that_are_unknown() {
    let small = index(catalogue());
    assert_eq!(small.found("watre "), "r1 r2 r3");
    assert_eq!(small.found("scohols "), "r3");
    assert_eq!(small.found("monitering "), "r2");
    assert_eq!(small.found("enviromentel "), "r2 r1", "two typos in a long word");
    assert_eq!(small.found("wll "), "", "short words must be right");
}

#[test]
fn a_known_word_is_not_bent() {
    let pair = index(vec![titled(1, "Land cover"), titled(2, "Sand cover")]);
    assert_eq!(pair.found("land "), "r1");
}

#[test]
fn phrases_are_found_word_by_word_in_a_row() {
    let small = index(catalogue());
    assert_eq!(small.found("\"drinking water\""), "r1");
    assert_eq!(small.found("\"water drinking\""), "");
    assert_eq!(small.found("\"water supply\" school "), "r3");
    assert_eq!(small.found("\"wells\""), "r2 r1");
    assert_eq!(small.found("title:\"monitoring wells\""), "r2");
    assert_eq!(small.found("keyword:\"water quality\""), "r1");
}

#[test]
fn a_leading_minus_excludes() {
    let small = index(catalogue());
    assert_eq!(small.found("water -school "), "r1 r2");
    assert_eq!(small.found("water -\"drinking water\" "), "r2 r3");
    assert_eq!(small.found("-water"), "r4");
    assert_eq!(small.found("water -keyword:wells "), "r1 r3");
}

#[test]
fn a_field_can_be_named() {
    let small = index(catalogue());
    assert_eq!(small.found("title:water "), "r1");
    assert_eq!(small.found("publisher:epa "), "r1 r2");
    assert_eq!(small.found("publisher:statistics "), "r3");
    assert_eq!(small.found("column:county "), "r1");
    assert_eq!(small.found("column:enroll"), "r3");
    assert_eq!(small.found("identifier:001 "), "r1");
    assert_eq!(small.found("keyword:school "), "r3");
    assert_eq!(small.found("title:colleg"), "r4");
    assert_eq!(small.found("title:drinkign "), "r1", "a typo is forgiven there too");
    assert_eq!(small.found("publisher:statistcs "), "r3");
}

#[test]
fn an_exact_title_or_identifier_comes_first() {
    let mut documents = catalogue();
    documents.push(titled(9, "Water"));
    documents.push(titled(10, "Water Water Water Everywhere"));
    let small = index(documents);
    assert!(small.found("water").starts_with("r9 "), "{}", small.found("water"));
    assert!(small.found("epa-water-001").starts_with("r1"), "{}", small.found("epa-water-001"));
}

#[test]
fn when_no_record_has_all_words_those_with_any_are_shown_and_it_is_said() {
    let small = index(catalogue());
    let answer = small.ask(&SearchQuery::text("scorecard nitrates "));
    assert!(answer.relaxed);
    assert_eq!(slugs(&answer).split(' ').count(), 2);
    assert!(!small.ask(&SearchQuery::text("zebra quagga ")).relaxed, "nothing has any of them");
}

#[test]
fn a_better_spelling_is_suggested_only_when_it_finds_something() {
    let small = index(catalogue());
    let meant = |text: &str| small.ask(&SearchQuery::text(text)).did_you_mean;
    assert_eq!(meant("drinkng watre").as_deref(), Some("drinking water"));
    assert_eq!(meant("watre title:drinking ").as_deref(), Some("water title:drinking"));
    assert_eq!(meant("drinking water"), None);
    assert_eq!(meant("zebra"), None);
    assert_eq!(meant("publisher:eductaion "), None, "only stems are known there");
    assert_eq!(meant("scorecrd nitrates "), None, "no record has both");
}

#[test]
fn titles_snippets_and_columns_say_what_matched() {
    let small = index(catalogue());
    let answer = small.ask(&SearchQuery::text("water county"));
    let hit = &answer.hits[0];
    assert_eq!(draw(&hit.title), "Drinking [Water] Quality");
    assert_eq!(
        draw(&hit.snippet),
        "Measurements of nitrates and lead in drinking [water], by [county]. Wells are sampled twice a year."
    );
    assert_eq!(hit.columns, ["CountyName"]);
    assert_eq!(hit.display["stars"], 3);
    assert!(hit.score > 0.0);

    let plain = small.ask(&SearchQuery { highlight: false, ..SearchQuery::text("water county") });
    assert_eq!(draw(&plain.hits[0].title), "Drinking Water Quality");
    assert!(plain.hits[0].snippet.is_empty());
}

#[test]
fn suggestions_are_keywords_then_titles() {
    let small = index(catalogue());
    let suggestions = small.index.suggest("wat", 5).unwrap();
    let drawn: Vec<String> = suggestions
        .iter()
        .map(|suggestion| match &suggestion.kind {
            SuggestionKind::Keyword { count } => format!("{} ({count})", suggestion.text),
            SuggestionKind::Record { slug, .. } => format!("{} -> {slug}", suggestion.text),
        })
        .collect();
    assert_eq!(drawn, ["water (2)", "water quality (1)", "Drinking Water Quality -> r1"]);
    assert!(small.index.suggest("  ", 5).unwrap().is_empty());
    assert!(small.index.suggest("wat", 0).unwrap().is_empty());
}
