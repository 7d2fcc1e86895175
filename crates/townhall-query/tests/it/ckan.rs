//! CKAN's `datastore_search`: what each parameter means.

use crate::support::cities;

#[tokio::test]
async fn parameters_mean_what_ckan_says() {
    let cities = cities();
    for (question, expected) in [
        (&[("limit", "1")][..], "_id city state people area founded\n1 Arden MD 100 1.5 1970-01-01"),
        (&[("fields", "city"), ("filters", r#"{"state": "MD"}"#)], "city\nArden\nBree\n100%_sure"),
        (
            &[("fields", "_id,city"), ("filters", r#"{"state": ["VA", "va"], "people": 300}"#)],
            "_id city\n5 Elis",
        ),
        (&[("fields", r#"["city"]"#), ("filters", r#"{"people": {"gte": 200, "lt": 300}}"#)], "city\nDorne"),
        (
            &[("fields", "city"), ("filters", r#"[{"city": "Bree"}, {"people": -5}]"#)],
            "city\nBree\nFoy's \"End\"",
        ),
        (
            &[("fields", "city"), ("filters", r#"{"state": "VA", "$or": [{"people": 300}, {"area": 0.5}]}"#)],
            "city\nCamelot\nElis",
        ),
        (&[("fields", "city"), ("filters", r#"{"_id": [2, 3]}"#)], "city\nBree\nCamelot"),
        (&[("fields", "city"), ("filters", r#"{"state": null}"#)], "city\nDorne"),
        (&[("fields", "city"), ("q", "md arden")], "city\nArden"),
        (&[("fields", "city"), ("q", "ard:* & md")], "city\nArden"),
        (&[("fields", "city"), ("q", r#"{"city": "e"}"#)], "city\nElis\nFoy's \"End\""),
        (
            &[("fields", "city"), ("sort", "people desc, city"), ("limit", "2"), ("offset", "1")],
            "city\nElis\nDorne",
        ),
        (
            &[("fields", "state"), ("distinct", "true"), ("sort", "state desc nulls last")],
            "state\nva\nVA\nMD\n∅",
        ),
        (&[("fields", "city"), ("sort", "\"_id\" desc"), ("limit", "1")], "city\n100%_sure"),
        (&[("limit", "0"), ("fields", "city")], "city\n"),
        (&[("filters", "{")], "refused: parameter `filters`: it is not JSON"),
        (&[("filters", r#"{"nope": 1}"#)], "refused: parameter `filters`: field \"nope\" does not exist"),
        (
            &[("filters", r#"{"people": "many"}"#)],
            "refused: parameter `filters`: `many` is not a whole number",
        ),
        (
            &[("filters", r#"{"people": {"near": 1}}"#)],
            "refused: parameter `filters`: there is no operator `near`",
        ),
        (&[("sort", "city sideways")], "refused: parameter `sort`"),
        (&[("limit", "-1")], "refused: parameter `limit`: `-1` is not a positive integer"),
        (&[("surprise", "1")], "refused: parameter `surprise`"),
    ] {
        let answer = cities.draw_in("ckan", question).await;
        let holds = match expected.starts_with("refused") {
            true => answer.starts_with(expected),
            false => answer == expected,
        };
        assert!(holds, "{question:?}\n{answer}");
    }
}
