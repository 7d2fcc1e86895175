//! `/resource/{id}` as clients of Socrata portals ask it.

use serde_json::json;

use crate::portal::{portal, slug};

#[tokio::test]
async fn rows_come_as_socrata_gives_them() {
    let app = portal().await;
    let resource = format!("/resource/{}", slug(&app, "Levels").await);
    let answer =
        app.get(&format!("{resource}.json?river=Flow&$order=station%20DESC&$limit=2")).await.expect(200);
    assert_eq!(
        answer.json(),
        json!([
            {"station": "0005", "river": "Flow", "day": "2025-01-05T00:00:00.000", "note": "ice"},
            {"station": "0004", "river": "Flow", "day": "2025-01-04T00:00:00.000", "level": "4.25", "note": "said \"stop\""},
        ])
    );
    assert_eq!(answer.header("x-soda2-fields"), r#"["station","river","day","level","note"]"#);
    assert_eq!(answer.header("x-soda2-types"), r#"["text","text","floating_timestamp","number","text"]"#);
    let grouped = app
        .get(&format!("{resource}?$select=river,count(*),avg(level)%20as%20mean&$group=river&$order=river"))
        .await
        .expect(200);
    assert_eq!(
        grouped.json(),
        json!([{"river": "Ebb", "count": "3", "mean": "2.3333333333333335"}, {"river": "Flow", "count": "3", "mean": "3.875"}])
    );
    let csv = app.get(&format!("{resource}.csv?$select=station,level&$where=level%3E3")).await.expect(200);
    assert_eq!(csv.text(), "station,level\n0003,3.5\n0004,4.25\n");
}

#[tokio::test]
async fn mistakes_are_said_as_socrata_says_them() {
    let app = portal().await;
    let resource = format!("/resource/{}", slug(&app, "Levels").await);
    let answer = app.get(&format!("{resource}.json?$where=levl%3E3")).await.expect(422).json();
    assert_eq!(
        (answer["error"].clone(), answer["code"].clone()),
        (json!(true), json!("query.compiler.malformed"))
    );
    assert!(answer["message"].as_str().unwrap().contains("did you mean `level`?"), "{answer}");
    let missing = app.get("/resource/abcd-1234.json").await.expect(404).json();
    assert_eq!(missing["code"], "dataset.missing");
}
