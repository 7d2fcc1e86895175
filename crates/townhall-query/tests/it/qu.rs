//! Qu: what each clause means, and what is told of one that is wrong.

use townhall_query::dialects::{QuRules, read_qu};

use crate::support::cities;

async fn ask(question: &[(&str, &str)]) -> String {
    cities().draw_in("qu", question).await
}

#[tokio::test]
async fn clauses_mean_what_qu_says() {
    for (question, expected) in [
        (
            &[("$select", "city, people"), ("$where", "people > 100"), ("$orderBy", "people DESC, city")][..],
            "city people\nBree 300\nElis 300\nDorne 200",
        ),
        // From left to right: (city = Arden or state = VA) and people = 300.
        (
            &[("$select", "city"), ("$where", "city = 'Arden' OR state = \"VA\" AND people = 300")],
            "city\nElis",
        ),
        (
            &[("$select", "city"), ("$where", "city = 'Arden' or (state = 'VA' and people = 300)")],
            "city\nArden\nElis",
        ),
        // A row without a value is not equal to any.
        (&[("$select", "city"), ("$where", "state != 'MD' AND people > 100")], "city\nDorne\nElis"),
        (&[("$select", "city"), ("$where", "NOT (people > 0)")], "city\nCamelot\nFoy's \"End\"\n100%_sure"),
        (&[("$select", "city"), ("$where", "people IS NULL")], "city\nCamelot"),
        (
            &[("$select", "city"), ("$where", "state is not null and not state in ('MD', 'va')")],
            "city\nCamelot\nElis",
        ),
        (&[("$select", "city"), ("$where", "city LIKE '%e%' AND people = 300")], "city\nBree"),
        (&[("$select", "city"), ("$where", "state ILIKE 'v_'"), ("$limit", "2")], "city\nCamelot\nElis"),
        (&[("$select", "city"), ("$where", "people LIKE '3%'")], "city\n"),
        (&[("$select", "city"), ("$where", "founded > 1970-1-1")], "city\nBree\nElis\n100%_sure"),
        (&[("$select", "city"), ("$where", "founded = 1971/01/01")], "city\nBree"),
        (&[("$select", "city"), ("$where", "people = -5 OR area = 7.0")], "city\nElis\nFoy's \"End\""),
        (&[("$select", "city"), ("$where", "people = 'many'")], "city\n"),
        (
            &[
                ("$select", "state, count(), sum(people), AVG(area)"),
                ("$group", "state"),
                ("$orderBy", "count desc, state"),
            ],
            "state count sum_people avg_area\nMD 3 400 1.3333333333333333\nVA 2 300 3.75\nva 1 -5 2.5\n∅ 1 200 ∅",
        ),
        // Rows are counted, not values.
        (
            &[("$select", "count(people), state"), ("$group", "state"), ("$where", "state = 'VA'")],
            "count_people state\n2 VA",
        ),
        (&[("$select", "city"), ("$page", "2"), ("$perPage", "3")], "city\nDorne\nElis\nFoy's \"End\""),
        (&[("$select", "_id, city"), ("$limit", "1"), ("$offset", "1")], "_id city\n2 Bree"),
    ] {
        assert_eq!(ask(question).await.trim_end(), expected.trim_end(), "{question:?}");
    }
}

#[test]
fn what_is_wrong_is_told_by_clause_and_all_at_once() {
    let table = cities().table;
    let rules = QuRules {
        fields: ["city", "state", "people", "founded"].map(str::to_owned).to_vec(),
        dimensions: ["city", "state"].map(str::to_owned).to_vec(),
        group_fields_max: 1,
        page_rows_max: Some(100),
    };
    type Pairs = &'static [(&'static str, &'static str)];
    let cases: [(Pairs, Pairs); 14] = [
        (&[("$select", "town")], &[("select", "\"town\" is not a valid field.")]),
        // It is in the table, but the slice does not have it.
        (&[("$select", "area")], &[("select", "\"area\" is not a valid field.")]),
        (
            &[("$select", "sum(people)")],
            &[("select", "You cannot use aggregation operators without specifying a group clause.")],
        ),
        (
            &[("$select", "city, count()"), ("$group", "state")],
            &[("select", "\"city\" must either be aggregated or be in the group clause.")],
        ),
        (&[("$group", "state")], &[("group", "You must have a select clause to use grouping.")]),
        (
            &[("$select", "people, count()"), ("$group", "people")],
            &[("group", "\"people\" is not a dimension.")],
        ),
        (
            &[("$select", "count()"), ("$group", "city, state")],
            &[("group", "Number of group fields exceeds maximum allowed (1).")],
        ),
        (
            &[("$select", "city,"), ("$group", ";"), ("$where", "city"), ("$orderBy", "city down")],
            &[
                ("group", "Could not parse this clause."),
                ("select", "Could not parse this clause."),
                ("where", "Could not parse this clause."),
                ("orderBy", "Could not parse this clause."),
            ],
        ),
        (&[("$where", "people like '1%'")], &[("where", "Could not parse this clause.")]),
        (
            &[("$limit", "many"), ("$offset", "1.5")],
            &[("limit", "Please use an integer."), ("offset", "Please use an integer.")],
        ),
        (
            &[("$page", "0"), ("$limit", "-1")],
            &[("limit", "Should be non-negative"), ("page", "Should be positive")],
        ),
        (&[("$offset", "10001")], &[("offset", "The maximum offset is 10,000.")]),
        (
            &[("$limit", "101")],
            &[(
                "limit",
                "The maximum HTML limit is 100. The entire result set is available in CSV, JSON and XML formats.",
            )],
        ),
        (
            &[("$where", "town = 1"), ("$orderBy", "town")],
            &[("where", "\"town\" is not a valid field."), ("orderBy", "\"town\" is not a valid field.")],
        ),
    ];
    for (question, expected) in cases {
        let pairs: Vec<_> =
            question.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let reading = read_qu(&pairs, &table, &rules);
        let errors: Vec<(&str, &str)> =
            reading.errors.iter().map(|(at, text)| (*at, text.as_str())).collect();
        assert_eq!(errors, expected, "{question:?}");
    }
}

#[test]
fn limit_offset_and_page_go_together() {
    let table = cities().table;
    let rules = QuRules { group_fields_max: 5, ..QuRules::default() };
    for (question, limit, offset, page) in [
        (&[][..], 100, 0, Some(1)),
        (&[("$limit", "0")], 0, 0, Some(1)),
        (&[("$limit", "10"), ("$offset", "20")], 10, 20, Some(3)),
        (&[("$limit", "10"), ("$offset", "25")], 10, 25, None),
        (&[("$perPage", "10"), ("$page", "3")], 10, 20, Some(3)),
        (&[("$limit", "5"), ("$perPage", "10"), ("$page", "2"), ("$offset", "1")], 5, 5, Some(2)),
    ] {
        let pairs: Vec<_> = question
            .iter()
            .map(|(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let reading = read_qu(&pairs, &table, &rules);
        assert_eq!((reading.limit, reading.offset, reading.page), (limit, offset, page), "{question:?}");
    }
}
