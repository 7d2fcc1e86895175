//! Words in rows: what is found, in which order, and that an index makes no difference.

use serde_json::{Value, json};
use townhall_app::Audience;
use townhall_testkit::{TestApp, catalogue, dataset};

/// Notes whose words have capitals, accents and punctuation.
fn notes() -> String {
    let mut csv = String::from("id,title,note\n");
    let words =
        ["River", "école", "level-high", "RIVERS", "ice", "Écoles du Nord", "lev", "a", "Nord", "riveté"];
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize
    };
    for id in 0..400 {
        let text = |count: usize, next: &mut dyn FnMut() -> usize| {
            (0..count).map(|_| words[next() % words.len()]).collect::<Vec<_>>().join(" ")
        };
        let (title, note) = (text(1, &mut next), {
            let count = next() % 7;
            text(count, &mut next)
        });
        csv.push_str(&format!("{id},{title},{note}\n"));
    }
    csv
}

async fn portal(rows_indexed: (u64, u64)) -> (TestApp, String) {
    let app =
        TestApp::with_settings(Audience::Public, |settings| settings.word_index_rows = rows_indexed).await;
    let mut notes_of = dataset(1);
    notes_of["title"] = json!("Notes");
    notes_of["distribution"] =
        json!([{"@type": "dcat:Distribution", "downloadURL": "notes.csv", "mediaType": "text/csv"}]);
    let report = app.import(&catalogue(vec![notes_of]), &[("notes.csv", &notes())]).await;
    assert_eq!(report.tables, 1, "{report:#?}");
    app.work().await;
    let tables = app.get("/api/tables").await.expect(200).json();
    let rows = format!("/api/tables/{}/rows", tables["data"][0]["id"].as_str().unwrap());
    (app, rows)
}

const QUESTIONS: [&str; 12] = [
    "_search=river",
    "_search=RIV%20nord",
    "_search=ecole",
    "_search=%C3%89COLE%20du",
    "_search=high",
    "_search=level%20high%20ice",
    "_search=a&_limit=300",
    "_search=nothinglikethis",
    "_search=lev&id__lt=200&_limit=20",
    "_search=rivete&_sort=-id",
    "_search=nord&_where=title%20ilike%20'%25riv%25'",
    "_search=ice&_group=title&_aggregate=count&_sort=title",
];

#[tokio::test]
async fn an_index_makes_no_difference_but_to_speed() {
    let (indexed, with) = portal((0, 1_000)).await;
    let (scanned, without) = portal((0, 0)).await;
    let told = indexed.get(&format!("{with}?_search=river&_explain=1")).await.expect(200).json();
    assert_eq!(told["answered"], "index", "{told}");
    let told = scanned.get(&format!("{without}?_search=river&_explain=1")).await.expect(200).json();
    assert_eq!(told["answered"], "scan", "{told}");
    for question in QUESTIONS {
        let left = indexed.get(&format!("{with}?{question}")).await.expect(200).json();
        let right = scanned.get(&format!("{without}?{question}")).await.expect(200).json();
        assert_eq!(left["data"], right["data"], "{question}");
        assert_eq!(left["meta"]["total"], right["meta"]["total"], "{question}");
    }
    for question in ["_search=river", "_search=nord&_sort=id", "_search=ice&id__gt=99"] {
        let left = indexed.get(&format!("{with}.csv?{question}")).await.expect(200);
        let right = scanned.get(&format!("{without}.csv?{question}")).await.expect(200);
        assert_eq!(left.text(), right.text(), "{question}");
    }
    indexed.world().await;
}

#[tokio::test]
async fn what_matches_best_comes_first_and_pages_go_on_from_there() {
    let (app, rows) = portal((0, 1_000)).await;
    let all = app.get(&format!("{rows}?_search=nord&_limit=300&_select=id")).await.expect(200).json();
    let ids: Vec<&Value> = all["data"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
    assert_eq!(all["meta"]["total"], ids.len());
    assert!(ids.len() > 50 && ids.windows(2).any(|pair| pair[0].as_u64() > pair[1].as_u64()), "{ids:?}");
    let mut walked = Vec::new();
    let mut path = format!("{rows}?_search=nord&_limit=40&_select=id");
    let (first, mut last) = (path.clone(), Value::Null);
    loop {
        let page = app.get(&path).await.expect(200).json();
        walked.extend(page["data"].as_array().unwrap().iter().map(|row| row["id"].clone()));
        last = if page["meta"]["previous"].is_null() { last } else { page["meta"]["previous"].clone() };
        match page["meta"]["next"].as_str() {
            Some(next) => path = format!("{first}&_cursor={next}"),
            None => break,
        }
    }
    assert_eq!(walked.iter().collect::<Vec<_>>(), ids);
    let back = app.get(&format!("{first}&_cursor={}", last.as_str().unwrap())).await.expect(200).json();
    assert_eq!(back["data"].as_array().unwrap().len(), 40);
    // The same order by its name, and the other way round.
    let named =
        app.get(&format!("{rows}?_search=nord&_sort=_rank&_limit=300&_select=id")).await.expect(200).json();
    assert_eq!(named["data"], all["data"]);
    let worst =
        app.get(&format!("{rows}?_search=nord&_sort=-_rank&_limit=1&_select=id")).await.expect(200).json();
    assert_ne!(worst["data"][0], all["data"][0]);
    app.get(&format!("{rows}?_sort=_rank")).await.expect(422);
}

#[tokio::test]
async fn ckan_gives_the_rank_with_what_is_searched_for() {
    let (app, rows) = portal((0, 1_000)).await;
    let id = rows.split('/').nth(3).unwrap();
    let path = format!("/api/3/action/datastore_search?resource_id={id}&q=nord&limit=5");
    let found = app.get(&path).await.expect(200).json();
    let records = found["result"]["records"].as_array().unwrap();
    let ranks: Vec<f64> = records.iter().map(|record| record["rank"].as_f64().unwrap()).collect();
    assert!(ranks.is_sorted_by(|a, b| a >= b) && ranks[0] > 0.0, "{ranks:?}");
    assert_eq!(found["result"]["fields"].as_array().unwrap().last().unwrap()["id"], "rank");
    let plain = app.get(&path.replace("&q=nord", "")).await.expect(200).json();
    assert!(plain["result"]["records"][0].get("rank").is_none());
    let fields = app.get(&format!("{path}&fields=id,rank&sort=rank")).await.expect(200).json();
    assert!(fields["result"]["records"][0]["rank"].is_number(), "{fields}");
    let without = app.get(&format!("{path}&fields=id&sort=rank")).await.expect(200).json();
    assert_eq!(without["result"]["records"][0]["id"], fields["result"]["records"][0]["id"]);
    assert!(without["result"]["records"][0].get("rank").is_none(), "{without}");
}
