//! What columns mean: told in every form, read back, put in the place of codes.

use serde_json::json;
use townhall_app::{Actor, ActorKind, App, Audience, DICTIONARY_FORMS};
use townhall_model::TableId;
use townhall_testkit::TestApp;

use crate::portal::{portal, slug};

const MEANINGS: &str = "column,label,description,unit,codes,sentinels,sensitivity\n\
    station,,Where it was measured.,,\"0001 = Mill; 0002 = \"\"Bridge, new\"\"\",,public\n\
    LEVEL,Height of water,\"Above the *gauge*.\",m,,9999 = not measured,\n\
    nowhere,,Nothing.,,,,\n";

async fn described() -> (TestApp, TableId) {
    let app = portal().await;
    let id = app.get("/api/tables").await.json()["data"][0]["id"].as_str().unwrap().parse().unwrap();
    let written = write(&app.app, id, MEANINGS.as_bytes()).await;
    assert_eq!((written.revision, written.described, written.unknown), (1, 2, vec!["nowhere".to_owned()]));
    (app, id)
}

async fn write(app: &App, id: TableId, file: &[u8]) -> townhall_app::DictionaryWritten {
    app.tables().describe(&Actor::new(ActorKind::Cli, "test"), id, file, false).await.unwrap()
}

#[tokio::test]
async fn each_form_holds_the_dictionary_and_reads_back() {
    let (app, id) = described().await;
    let own = app.get(&format!("/api/tables/{id}/dictionary")).await.expect(200);
    let meaning = own.json()["columns"]["level"].clone();
    assert_eq!(
        meaning,
        json!({
            "label": "Height of water", "description": "Above the *gauge*.", "unit": "m", "type": "number",
            "sentinels": [{"value": "9999", "label": "not measured"}],
        })
    );
    let again =
        app.get_with(&format!("/api/tables/{id}/dictionary"), &[("if-none-match", own.header("etag"))]).await;
    again.expect(304);
    for form in &DICTIONARY_FORMS {
        let by_end = app.get(&format!("/api/tables/{id}/dictionary.{}", form.extension)).await.expect(200);
        assert_eq!(by_end.header("content-type"), form.media_type);
        let by_name = app.get(&format!("/api/tables/{id}/dictionary?_form={}", form.name)).await.expect(200);
        assert_eq!(by_end.text(), by_name.text());
        let written = write(&app.app, id, by_end.text().as_bytes()).await;
        assert_eq!((written.described, &written.unknown[..]), (2, &[][..]), "{}", form.name);
        let lossless = ["json", "table-schema", "csv"].contains(&form.name);
        let after = app.get(&format!("/api/tables/{id}/dictionary")).await.text();
        assert_eq!(after == own.text(), lossless, "{}: {after}", form.name);
        write(&app.app, id, own.text().as_bytes()).await;
    }
    let sheet = app.get(&format!("/api/tables/{id}/dictionary.xlsx")).await.expect(200);
    assert!(sheet.body.starts_with(b"PK"));
    let page = app.get(&format!("/api/tables/{id}/dictionary.html")).await.expect(200).text();
    assert!(page.contains("Above the *gauge*."), "{page}");
    let refused = app.get(&format!("/api/tables/{id}/dictionary.docx")).await.expect(404).problem();
    assert!(refused["hint"].as_str().unwrap().contains("table-schema"), "{refused}");
}

#[tokio::test]
async fn codes_are_shown_as_labels_when_asked() {
    let (app, id) = described().await;
    let rows = format!("/api/tables/{id}/rows");
    let data = |answer: serde_json::Value| answer["data"].clone();
    let plain = data(app.get(&format!("{rows}?_select=station&_limit=3")).await.expect(200).json());
    assert_eq!(plain, json!([{"station": "0001"}, {"station": "0002"}, {"station": "0003"}]));
    let labelled =
        data(app.get(&format!("{rows}?_select=station&_limit=3&_labels=1")).await.expect(200).json());
    assert_eq!(labelled, json!([{"station": "Mill"}, {"station": "\"Bridge, new\""}, {"station": "0003"}]));
    let file = app.get(&format!("{rows}.csv?_select=station&_limit=2&_labels=1")).await.expect(200).text();
    assert_eq!(file, "station\nMill\n\"\"\"Bridge, new\"\"\"\n");
}

#[tokio::test]
async fn the_page_tells_meanings_codes_and_files() {
    let (app, id) = described().await;
    let slug = slug(&app, "Levels").await;
    let page = app.get(&format!("/data/{slug}/dictionary")).await.expect(200).text();
    for said in [
        "Height of water",
        "<em>gauge</em>",
        "Unit: m",
        "Mill",
        "Sensitivity: public",
        "not measured",
        "2 described",
        &format!("/api/tables/{id}/dictionary.schema.json"),
        &format!("/api/tables/{id}/dictionary.xlsx"),
    ] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
}

#[tokio::test]
async fn an_earlier_revision_comes_back_and_bad_files_change_nothing() {
    let (app, id) = described().await;
    let actor = Actor::new(ActorKind::Cli, "test");
    let tables = app.app.tables();
    write(&app.app, id, b"{\"columns\": {\"river\": {\"description\": \"Its name.\"}}}").await;
    for (file, said) in [
        (&b"what?"[..], "it is no dictionary"),
        (b"{\"columns\": {\"river\": {\"colour\": 1}}}", "column `river`: unknown field `colour`"),
        (b"{\"columns\": {\"sea\": {\"unit\": \"m\"}}}", "describes no column"),
        (b"{\"fields\": [{\"title\": \"x\"}]}", "column 1: it has no name"),
        (b"{", "JSON: EOF"),
    ] {
        let error = tables.describe(&actor, id, file, false).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
    let kept = tables.describe(&actor, id, MEANINGS.as_bytes(), true).await.unwrap();
    assert_eq!((kept.revision, kept.described), (3, 3));
    let restored = tables.restore_dictionary(&actor, id, 1).await.unwrap();
    assert_eq!((restored.revision, restored.described), (4, 2));
    let revisions = tables.dictionary_revisions(Audience::Public, id, 10).await.unwrap();
    let listed: Vec<u32> = revisions.iter().map(|one| one.revision).collect();
    assert_eq!(listed, [4, 3, 2, 1]);
    assert_eq!(revisions[0].dictionary, revisions[3].dictionary);
    assert!(tables.restore_dictionary(&actor, id, 9).await.is_err());
}
