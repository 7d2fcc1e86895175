//! SODA 2: what each parameter and function means.

use crate::support::cities;

async fn ask(question: &[(&str, &str)]) -> String {
    cities().draw_in("soda", question).await
}

#[tokio::test]
async fn clauses_mean_what_socrata_says() {
    for (question, expected) in [
        (
            &[("$select", "city, people"), ("$where", "people > 100"), ("$order", "people DESC, city")][..],
            "city people\nBree 300\nElis 300\nDorne 200",
        ),
        (&[("$select", "city"), ("state", "MD"), ("$limit", "1"), ("$offset", "1")], "city\nBree"),
        (&[("$select", "city"), ("$where", "state != 'MD'")], "city\nCamelot\nElis\nFoy's \"End\""),
        (&[("$select", "city"), ("$where", "not (people > 0)")], "city\nFoy's \"End\"\n100%_sure"),
        (
            &[("$select", "city"), ("$where", "upper(state) = 'VA' and people is not null")],
            "city\nElis\nFoy's \"End\"",
        ),
        (
            &[("$select", "city"), ("$where", "city like '%e_%' and people between 0 and 300")],
            "city\nArden\nBree",
        ),
        (
            &[("$select", "city"), ("$where", "starts_with(city, 'B') or people in (200, -5)")],
            "city\nBree\nDorne\nFoy's \"End\"",
        ),
        (&[("$select", "city"), ("$q", "md arden")], "city\nArden"),
        (
            &[
                ("$select", "state, count(*), sum(people) as total"),
                ("$group", "state"),
                ("$order", "total desc"),
                ("$having", "count(*) > 1"),
            ],
            "state count total\nMD 3 400\nVA 2 300",
        ),
        (
            &[("$select", "date_trunc_y(founded) as y, count(city)"), ("$group", "y"), ("$order", "y")],
            "y count_city\n1969-01-01T00:00:00 1\n1970-01-01T00:00:00 3\n1971-01-01T00:00:00 1\n1972-01-01T00:00:00 1\n∅ 1",
        ),
        (
            &[(
                "$query",
                "SELECT upper(state) AS s, max(area) WHERE people > -10 GROUP BY s ORDER BY s LIMIT 2",
            )],
            "s max_area\nMD 2.5\nVA 7.0",
        ),
        (&[("$select", "distinct state")], "state\nMD\nVA\nva\n∅"),
        (&[("$query", "select distinct state order by state")], "state\nMD\nVA\nva\n∅"),
        (
            &[("$select", "city, case(people > 150, 'big', true, 'small') as size"), ("$limit", "2")],
            "city size\nArden small\nBree big",
        ),
        (
            &[("$select", "people + 1 as more, people / 0, -area"), ("$limit", "1")],
            "more people_0 area\n101 ∅ -1.5",
        ),
    ] {
        let answer = ask(question).await;
        assert!(
            answer == expected || (expected.starts_with("refused") && answer.starts_with("refused")),
            "{question:?}\n{answer}"
        );
    }
}

#[tokio::test]
async fn refusals_name_the_parameter() {
    for (question, expected) in [
        (&[("$where", "cty = 'x'")][..], "parameter `$where`: the table has no column `cty`"),
        (&[("$where", "pg_sleep(5) = 1")], "parameter `$where`: there is no function `pg_sleep`"),
        (&[("$where", "people = (select 1)")], "parameter `$where`"),
        (&[("$where", "people")], "parameter `$where`: `people` holds integer"),
        (&[("$where", "people > 1; drop table x")], "parameter `$where`: `;` was not expected"),
        (
            &[("$select", "city, count(*)"), ("$group", "state")],
            "parameter `group`: `city` is neither grouped",
        ),
        (&[("$limit", "many")], "parameter `$limit`: `many` is not a whole number"),
        (
            &[("$query", "select city |> select people")],
            "parameter `$query`: the table has no column `people`",
        ),
        (&[("nope", "1")], "parameter `nope`: the table has no column"),
    ] {
        let answer = ask(question).await;
        assert!(answer.starts_with(&format!("refused: {expected}")), "{question:?}\n{answer}");
    }
}
