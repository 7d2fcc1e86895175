//! Every dialect agrees: questions made by chance, over a table made by chance, are asked in each dialect that can say them
//! and in SQL, and answered by looking at every row here. All have to find the same rows, and the same sums.

use serde_json::{Value, json};
use townhall_testkit::{TestApp, catalogue, dataset};

/// Numbers by chance that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }
}

/// A row as it was made; `None` is a cell without anything.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    key: String,
    name: Option<String>,
    count: Option<i64>,
    share: Option<f64>,
    day: Option<String>,
}

const NAMES: [&str; 8] = ["Ebb", "ebb", "Flöw", "100% \"sure\"", "a,b", "Ünïcode ☂", "O'Neil", "under_score"];

fn rows(dice: &mut Dice) -> Vec<Row> {
    (0..60)
        .map(|index| {
            let mut some = |of: u64| dice.below(of) > 0;
            let has = [some(6), some(5), some(7), some(6)];
            Row {
                key: format!("{index:04}"),
                name: has[0].then(|| (*dice.one_of(&NAMES)).to_owned()),
                count: has[1].then(|| dice.below(9) as i64 - 3),
                // Halves and quarters are exact, in sums as well.
                share: has[2].then(|| dice.below(40) as f64 / 4.0 + 0.25),
                day: has[3].then(|| format!("2024-{:02}-{:02}", dice.below(4) + 1, dice.below(27) + 1)),
            }
        })
        .collect()
}

fn csv(rows: &[Row]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = "Key,Name of it,count,share,day\n".to_owned();
    for row in rows {
        let cells = [
            row.key.clone(),
            row.name.as_deref().map(quoted).unwrap_or_default(),
            row.count.map(|count| count.to_string()).unwrap_or_default(),
            row.share.map(|share| share.to_string()).unwrap_or_default(),
            row.day.clone().unwrap_or_default(),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// A condition that every dialect can say.
#[derive(Debug, Clone)]
enum Ask {
    Name(String),
    Count(i64),
    Between(f64, f64),
    OneOf(Vec<i64>),
    Since(String),
    Has(String),
    NoName,
}

impl Ask {
    fn by_chance(dice: &mut Dice) -> Self {
        match dice.below(7) {
            0 => Self::Name((*dice.one_of(&NAMES)).to_owned()),
            1 => Self::Count(dice.below(9) as i64 - 3),
            2 => {
                let low = dice.below(40) as f64 / 4.0;
                Self::Between(low, low + dice.below(12) as f64 / 4.0)
            }
            3 => Self::OneOf((0..dice.below(3) + 1).map(|_| dice.below(9) as i64 - 3).collect()),
            4 => Self::Since(format!("2024-{:02}-{:02}", dice.below(4) + 1, dice.below(27) + 1)),
            5 => Self::Has((*dice.one_of(&["b", "EB", "\"", "☂", "'", "_", "%", ","])).to_owned()),
            _ => Self::NoName,
        }
    }

    fn holds(&self, row: &Row) -> bool {
        match self {
            Self::Name(name) => row.name.as_ref() == Some(name),
            Self::Count(count) => row.count == Some(*count),
            Self::Between(low, high) => row.share.is_some_and(|share| (*low..=*high).contains(&share)),
            Self::OneOf(counts) => row.count.is_some_and(|count| counts.contains(&count)),
            Self::Since(day) => row.day.as_ref().is_some_and(|of| of >= day),
            Self::Has(text) => {
                row.name.as_ref().is_some_and(|name| name.to_lowercase().contains(&text.to_lowercase()))
            }
            Self::NoName => row.name.is_none(),
        }
    }

    /// As SQL says it, with texts in single quotes; `%` and `_` are plain.
    fn sql(&self) -> String {
        let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
        match self {
            Self::Name(name) => format!("name_of_it = {}", text(name)),
            Self::Count(count) => format!("count = {count}"),
            Self::Between(low, high) => format!("share between {low} and {high}"),
            Self::OneOf(counts) => format!("count in ({})", list(counts)),
            Self::Since(day) => format!("day >= {}", text(day)),
            Self::Has(part) => {
                format!("upper(name_of_it) like {}", text(&format!("%{}%", pattern(&part.to_uppercase()))))
            }
            Self::NoName => "name_of_it is null".to_owned(),
        }
    }

    /// What a dialect is asked, as pairs of a query string; none when it can't say that.
    fn pairs(&self, dialect: &str) -> Option<Vec<(String, String)>> {
        let pair = |key: &str, value: String| Some(vec![(key.to_owned(), value)]);
        let two = |first: [&str; 2], second: [&str; 2]| {
            let owned = |[key, value]: [&str; 2]| (key.to_owned(), value.to_owned());
            Some(vec![owned(first), owned(second)])
        };
        match (dialect, self) {
            ("townhall", Self::Name(name)) => pair("name_of_it", name.clone()),
            ("townhall", Self::Count(count)) => pair("count", count.to_string()),
            ("townhall", Self::Between(low, high)) => pair("share__between", format!("{low},{high}")),
            ("townhall", Self::OneOf(counts)) => pair("count__in", list(counts)),
            ("townhall", Self::Since(day)) => pair("day__gte", day.clone()),
            ("townhall", Self::Has(text)) => pair("name_of_it__icontains", text.clone()),
            ("townhall", Self::NoName) => pair("name_of_it__null", "true".to_owned()),

            ("datasette", Self::Name(name)) => pair("name_of_it", name.clone()),
            ("datasette", Self::Count(count)) => pair("count__exact", count.to_string()),
            ("datasette", Self::Between(low, high)) => {
                two(["share__gte", &low.to_string()], ["share__lte", &high.to_string()])
            }
            ("datasette", Self::OneOf(counts)) => pair("count__in", list(counts)),
            ("datasette", Self::Since(day)) => pair("day__gte", day.clone()),
            ("datasette", Self::Has(text)) => pair("name_of_it__contains", text.clone()),
            ("datasette", Self::NoName) => pair("name_of_it__isnull", "1".to_owned()),

            ("soda", ask) => pair("$where", ask.sql()),

            ("opendatasoft", Self::Has(text)) => {
                // `like` there has no words for a quotation mark within its own.
                let quote = if text.contains('"') { '\'' } else { '"' };
                pair("where", format!("name_of_it like {quote}{text}{quote}"))
            }
            ("opendatasoft", Self::Since(day)) => pair("where", format!("day >= date'{day}'")),
            ("opendatasoft", Self::Between(low, high)) => pair("where", format!("share in [{low}..{high}]")),
            ("opendatasoft", ask) => pair("where", ask.sql()),

            ("ckan", Self::Name(name)) => pair("filters", json!({"name_of_it": name}).to_string()),
            ("ckan", Self::Count(count)) => pair("filters", json!({"count": count}).to_string()),
            ("ckan", Self::Between(low, high)) => {
                pair("filters", json!({"share": {"gte": low, "lte": high}}).to_string())
            }
            ("ckan", Self::OneOf(counts)) => pair("filters", json!({"count": counts}).to_string()),
            ("ckan", Self::Since(day)) => pair("filters", json!({"day": {"gte": day}}).to_string()),
            ("ckan", Self::Has(_)) => None,
            ("ckan", Self::NoName) => pair("filters", json!({"name_of_it": null}).to_string()),

            ("lql", Self::Name(name)) => pair("name_of_it", format!("\"{name}\"")),
            ("lql", Self::Count(count)) => pair("count", count.to_string()),
            ("lql", Self::Between(low, high)) => pair("share__range", format!("[{low}, {high}]")),
            ("lql", Self::OneOf(counts)) => pair("count__in", format!("[{}]", list(counts))),
            ("lql", Self::Since(day)) => pair("day__gte", format!("Date({day})")),
            ("lql", Self::Has(text)) => pair("name_of_it__icontains", format!("\"{text}\"")),
            ("lql", Self::NoName) => None,

            ("dkan", ask) => {
                let condition = ask.dkan();
                Some(
                    condition
                        .into_iter()
                        .map(|(key, value)| (format!("conditions[0]{key}"), value))
                        .collect(),
                )
            }
            ("db-to-api", Self::Name(name)) => two(["column", "name_of_it"], ["value", name]),
            ("db-to-api", Self::Count(count)) => two(["column", "count"], ["value", &count.to_string()]),
            _ => None,
        }
    }

    fn dkan(&self) -> Vec<(String, String)> {
        let said = |property: &str, operator: &str, value: &str| {
            vec![
                ("[property]".to_owned(), property.to_owned()),
                ("[operator]".to_owned(), operator.to_owned()),
                ("[value]".to_owned(), value.to_owned()),
            ]
        };
        match self {
            Self::Name(name) => said("name_of_it", "=", name),
            Self::Count(count) => said("count", "=", &count.to_string()),
            Self::Between(low, high) => {
                let mut pairs = said("share", "between", "");
                pairs.pop();
                pairs.push(("[value][0]".to_owned(), low.to_string()));
                pairs.push(("[value][1]".to_owned(), high.to_string()));
                pairs
            }
            Self::OneOf(counts) => {
                let mut pairs = said("count", "in", "");
                pairs.pop();
                let numbered = counts.iter().enumerate();
                pairs.extend(numbered.map(|(index, count)| (format!("[value][{index}]"), count.to_string())));
                pairs
            }
            Self::Since(day) => said("day", ">=", day),
            Self::Has(text) => said("name_of_it", "contains", text),
            Self::NoName => {
                let mut pairs = said("name_of_it", "is null", "");
                pairs.pop();
                pairs
            }
        }
    }
}

fn list(counts: &[i64]) -> String {
    counts.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

fn pattern(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A table by chance, and how it is called.
struct Fixture {
    app: TestApp,
    rows: Vec<Row>,
    id: String,
    slug: String,
}

impl Fixture {
    async fn of(dice: &mut Dice) -> Self {
        let rows = rows(dice);
        let app = TestApp::new().await;
        let mut record = dataset(0);
        record["title"] = json!("Things");
        record["distribution"] = json!([
            {"@type": "dcat:Distribution", "downloadURL": "things.csv", "mediaType": "text/csv", "title": "Things"}
        ]);
        let report = app.import(&catalogue(vec![record]), &[("things.csv", &csv(&rows))]).await;
        assert_eq!(report.tables, 1, "{report:#?}");
        let tables = app.get("/api/tables").await.expect(200).json();
        let table = &tables["data"][0];
        let id = table["id"].as_str().unwrap().to_owned();
        let slug =
            table["dataset"]["slug"].as_str().or_else(|| table["dataset"].as_str()).unwrap().to_owned();
        Self { app, rows, id, slug }
    }

    /// The path of a question, and where its rows stand in the answer.
    fn place(&self, dialect: &str) -> (String, &'static [&'static str]) {
        let (id, slug) = (&self.id, &self.slug);
        match dialect {
            "townhall" => (format!("/api/tables/{id}/rows?_limit=1000"), &["data"]),
            "datasette" => (format!("/datasette/{slug}/things.json?_size=max"), &["rows"]),
            "soda" => (format!("/resource/{id}.json?$limit=1000"), &[]),
            "opendatasoft" => {
                (format!("/api/explore/v2.1/catalog/datasets/{slug}/records?limit=100"), &["results"])
            }
            "ckan" => (
                format!("/api/3/action/datastore_search?resource_id={id}&limit=1000"),
                &["result", "records"],
            ),
            "lql" => (format!("/api/sources/{slug}/data/?_limit=1000"), &[]),
            "dkan" => (format!("/api/1/datastore/query/{id}?schema=false"), &["results"]),
            "db-to-api" => (format!("/db-to-api/{slug}/things.json?limit=1000"), &[]),
            other => panic!("{other}"),
        }
    }

    async fn keys(&self, path: &str, place: &[&str]) -> Vec<String> {
        let answer = self.app.get(path).await.expect(200).json();
        let rows = place.iter().fold(&answer, |value, name| &value[*name]);
        let key = |row: &Value| row["key"].as_str().unwrap_or_else(|| panic!("{path}: {row}")).to_owned();
        rows.as_array().unwrap_or_else(|| panic!("{path}: {answer}")).iter().map(key).collect()
    }

    async fn sql(&self, text: &str) -> Value {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("sql", text);
        let path = format!("/api/sql?{}", query.finish());
        self.app.get(&path).await.expect(200).json()["data"].clone()
    }
}

fn with_pairs(path: &str, pairs: &[(String, String)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{path}&{query}")
}

const DIALECTS: [&str; 8] =
    ["townhall", "datasette", "soda", "opendatasoft", "ckan", "lql", "dkan", "db-to-api"];

#[tokio::test]
async fn conditions_find_the_same_rows_in_every_dialect() {
    for seed in [3, 0x9e37_79b9] {
        let mut dice = Dice(seed);
        let fixture = Fixture::of(&mut dice).await;
        let mut asked = 0;
        for _ in 0..40 {
            let ask = Ask::by_chance(&mut dice);
            let expected: Vec<String> =
                fixture.rows.iter().filter(|row| ask.holds(row)).map(|row| row.key.clone()).collect();
            let sql = fixture
                .sql(&format!("select key from \"{}\" where {} order by key", fixture.id, ask.sql()))
                .await;
            let sql: Vec<&str> =
                sql.as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap()).collect();
            assert_eq!(sql, expected, "SQL: {ask:?}");
            for dialect in DIALECTS {
                let Some(pairs) = ask.pairs(dialect) else { continue };
                let (path, place) = fixture.place(dialect);
                let path = with_pairs(&path, &pairs);
                let mut found = fixture.keys(&path, place).await;
                found.sort();
                assert_eq!(found, expected, "{dialect}: {ask:?}\n{path}");
                asked += 1;
            }
        }
        assert!(asked > 200, "only {asked} questions were asked");
    }
}

/// Sorted by what may be missing (which comes last) and then by the key, a page of it.
#[tokio::test]
async fn orders_and_pages_are_the_same_in_every_dialect() {
    let mut dice = Dice(77);
    let fixture = Fixture::of(&mut dice).await;
    for _ in 0..12 {
        let (descending, limit, offset) = (dice.below(2) == 1, dice.below(9) + 1, dice.below(50));
        let mut rows: Vec<&Row> = fixture.rows.iter().collect();
        rows.sort_by(|a, b| {
            let order = match (a.count, b.count) {
                (Some(a), Some(b)) if descending => b.cmp(&a),
                (Some(a), Some(b)) => a.cmp(&b),
                (a, b) => a.is_none().cmp(&b.is_none()),
            };
            order.then(a.key.cmp(&b.key))
        });
        let page = rows.iter().skip(offset as usize).take(limit as usize);
        let expected: Vec<String> = page.map(|row| row.key.clone()).collect();
        let word = if descending { "desc" } else { "asc" };
        let (id, slug) = (&fixture.id, &fixture.slug);
        let order = format!("count%20{word},key");
        let asked: [(String, &[&str]); 5] = [
            (format!("/resource/{id}.json?$order={order}&$limit={limit}&$offset={offset}"), &[]),
            (
                format!(
                    "/api/3/action/datastore_search?resource_id={id}&sort={order}&limit={limit}&offset={offset}"
                ),
                &["result", "records"],
            ),
            (
                format!(
                    "/api/explore/v2.1/catalog/datasets/{slug}/records?order_by={order}&limit={limit}&offset={offset}"
                ),
                &["results"],
            ),
            (
                format!(
                    "/api/1/datastore/query/{id}?schema=false&limit={limit}&offset={offset}&sorts[0][property]=count&sorts[0][order]={word}&sorts[1][property]=key&sorts[1][order]=asc"
                ),
                &["results"],
            ),
            (
                format!(
                    "/api/sql?sql=select%20key%20from%20%22{id}%22%20order%20by%20count%20{word}%20nulls%20last,key%20limit%20{limit}%20offset%20{offset}"
                ),
                &["data"],
            ),
        ];
        for (path, place) in asked {
            assert_eq!(fixture.keys(&path, place).await, expected, "{path}");
        }
    }
}

/// Count, sum, least, most and mean of each group, where a group without a value is one, too.
#[tokio::test]
async fn groups_have_the_same_sums_in_every_dialect() {
    let mut dice = Dice(1234);
    let fixture = Fixture::of(&mut dice).await;
    let mut names: Vec<Option<String>> = fixture.rows.iter().map(|row| row.name.clone()).collect();
    names.sort();
    names.dedup();
    let mut expected: Vec<(Option<String>, [Option<f64>; 5])> = names
        .into_iter()
        .map(|name| {
            let rows: Vec<&Row> = fixture.rows.iter().filter(|row| row.name == name).collect();
            let shares: Vec<f64> = rows.iter().filter_map(|row| row.share).collect();
            let sum: f64 = shares.iter().sum();
            let some = |value: f64| (!shares.is_empty()).then_some(value);
            let least = shares.iter().copied().fold(f64::INFINITY, f64::min);
            let most = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mean = sum / shares.len() as f64;
            (name, [Some(rows.len() as f64), some(sum), some(least), some(most), some(mean)])
        })
        .collect();
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    let (id, slug) = (&fixture.id, &fixture.slug);
    let sums =
        "count(*) as n,sum(share) as s,min(share) as l,max(share) as m,avg(share) as a".replace(' ', "%20");
    let expressions = ["sum", "min", "max", "avg"].iter().zip(["s", "l", "m", "a"]).map(|(operator, alias)| {
        json!({"expression": {"operator": operator, "operands": ["share"]}, "alias": alias})
    });
    let counted = json!({"expression": {"operator": "count", "operands": ["key"]}, "alias": "n"});
    let properties: Vec<Value> = [json!("name_of_it"), counted].into_iter().chain(expressions).collect();
    let dkan = json!({"properties": properties, "groupings": ["name_of_it"], "schema": false});
    let headers = [("content-type", "application/json")];
    let by_post = fixture
        .app
        .ask(axum::http::Method::POST, &format!("/api/1/datastore/query/{id}"), &headers, dkan.to_string())
        .await
        .expect(200)
        .json();
    let mut answers = vec![("dkan", by_post["results"].clone())];
    let asked = [
        (
            "townhall",
            format!(
                "/api/tables/{id}/rows?_group=name_of_it&_aggregate=count:n,sum(share):s,min(share):l,max(share):m,avg(share):a"
            ),
        ),
        ("soda", format!("/resource/{id}.json?$select=name_of_it,{sums}&$group=name_of_it")),
        (
            "opendatasoft",
            format!(
                "/api/explore/v2.1/catalog/datasets/{slug}/records?select={sums}&group_by=name_of_it&limit=100"
            ),
        ),
        (
            "ckan",
            format!(
                "/api/3/action/datastore_search_sql?sql=select%20name_of_it,{sums}%20from%20%22{id}%22%20group%20by%20name_of_it"
            ),
        ),
        (
            "lql",
            format!(
                "/api/sources/{slug}/data/?_group_by=name_of_it&_aggregate__n=Count(*)&_aggregate__s=Sum(share)&_aggregate__l=Min(share)&_aggregate__m=Max(share)&_aggregate__a=Average(share)&_as_dict_list"
            ),
        ),
    ];
    for (dialect, path) in asked {
        let answer = fixture.app.get(&path).await.expect(200).json();
        let rows = match dialect {
            "townhall" => &answer["data"],
            "opendatasoft" => &answer["results"],
            "ckan" => &answer["result"]["records"],
            _ => &answer,
        };
        answers.push((dialect, rows.clone()));
    }
    for (dialect, rows) in answers {
        let number =
            |value: &Value| value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        let mut found: Vec<(Option<String>, [Option<f64>; 5])> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let name = row["name_of_it"].as_str().map(str::to_owned);
                (name, ["n", "s", "l", "m", "a"].map(|alias| number(&row[alias])))
            })
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found, expected, "{dialect}");
    }
}
