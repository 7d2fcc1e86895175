//! Pages about tables: made, shown, filtered, taken away.

use axum::http::Method;
use townhall_app::{Actor, ActorKind, Audience};
use townhall_model::TableId;
use townhall_testkit::TestApp;

use crate::portal::{LEVELS, portal, records, slug};

const PAGE: &str = "
title: Levels, seen from the bank
description: Read *every day*.
roles: {title: station, currency: [level], date: [day]}
panes:
  - markdown: What the **gauges** say.
  - chart: {mark: bar, encoding: {y: {field: river}, x: {field: level, aggregate: sum}}}
  - chart: {mark: line, encoding: {x: {field: day}, y: {field: level}}}
    on: false
filters:
  - {column: river, as: list}
  - {column: note, as: text}
summary: {columns: [station, river, day, level], sort: -level}
detail: {columns: [river, day, level, note]}
downloads: [csv, json]
";

async fn id(app: &TestApp) -> TableId {
    app.get("/api/tables").await.json()["data"][0]["id"].as_str().unwrap().parse().unwrap()
}

async fn with_page() -> (TestApp, TableId, String) {
    let app = portal().await;
    let (id, slug) = (id(&app).await, slug(&app, "Levels").await);
    app.app.tables().put_data_page(&Actor::new(ActorKind::Cli, "test"), id, PAGE).await.unwrap();
    (app, id, slug)
}

#[tokio::test]
async fn a_page_has_its_panes_filters_and_rows() {
    let (app, _, slug) = with_page().await;
    let page = app.get(&format!("/data/{slug}/view")).await.expect(200).text();
    for part in [
        "Levels, seen from the bank",
        "<em>every day</em>",
        "<strong>gauges</strong>",
        "Sum of level by river",
        "<option value=\"Ebb\">Ebb</option>",
        "name=\"note__icontains\"",
        ">$4.25<",
        "3 January 2025",
        "/view/4\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        !page.contains("th-chart th-chart-wide\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 0"),
        "{page}"
    );
    assert_eq!(page.matches("<figure").count(), 1, "a pane that is off is not shown");
    let filtered =
        app.get(&format!("/data/{slug}/view?river=Ebb&note__icontains=low")).await.expect(200).text();
    assert!(filtered.contains("of <strong>2</strong>") && filtered.contains("$4.50"), "{filtered}");
    assert!(!filtered.contains(">Flow</td>"), "{filtered}");
    let tidied = app.get(&format!("/data/{slug}/view?river=Ebb&note__icontains=&other=1")).await.expect(303);
    assert_eq!(tidied.header("location"), format!("/data/{slug}/view?river=Ebb"));
}

#[tokio::test]
async fn a_row_has_a_page_of_its_own() {
    let (app, id, slug) = with_page().await;
    let row = app.get(&format!("/data/{slug}/view/4")).await.expect(200).text();
    assert!(row.contains("<h2 dir=\"auto\">0004</h2>") && row.contains("$4.25"), "{row}");
    assert!(row.contains("4 January 2025") && row.contains("said &quot;stop&quot;"), "{row}");
    app.get(&format!("/data/{slug}/view/99")).await.expect(404);
    let off = PAGE.replace("detail: {", "detail: {on: false, ");
    app.app.tables().put_data_page(&Actor::new(ActorKind::Cli, "test"), id, &off).await.unwrap();
    app.get(&format!("/data/{slug}/view/4")).await.expect(404);
    assert!(!app.get(&format!("/data/{slug}/view")).await.expect(200).text().contains("/view/4\""));
}

#[tokio::test]
async fn rows_are_given_at_the_addresses_of_old() {
    let (app, id, slug) = with_page().await;
    let csv = app.get(&format!("/dvwapi/{id}/csv?river=Ebb&_select=station")).await.expect(200);
    assert_eq!(csv.text(), "station\n0001\n0002\n0006\n");
    assert_eq!(csv.header("access-control-allow-origin"), "*");
    app.get_with(
        &format!("/dvwapi/{id}/csv?river=Ebb&_select=station"),
        &[("if-none-match", csv.header("etag"))],
    )
    .await
    .expect(304);
    let json = app.get(&format!("/dvwapi/{slug}/json?note=ice")).await.expect(200).json();
    assert_eq!(json[0]["station"], "0005");
    let refused = app.get(&format!("/dvwapi/{id}/xml")).await.expect(404).problem();
    assert!(refused["hint"].as_str().unwrap().contains("offers csv, json"), "{refused}");
    app.get(&format!("/dvwapi/{id}/docx")).await.expect(404);
}

#[tokio::test]
async fn a_page_that_does_not_fit_its_table_is_not_kept() {
    let (app, id, _) = with_page().await;
    let actor = Actor::new(ActorKind::Cli, "test");
    let tables = app.app.tables();
    let error =
        tables.put_data_page(&actor, id, &PAGE.replace("field: river", "field: rivers")).await.unwrap_err();
    assert!(error.to_string().contains("pane 2: there is no column `rivers`"), "{error}");
    assert_eq!(
        tables.put_data_page(&actor, id, PAGE).await.unwrap().revision,
        1,
        "the same is not written again"
    );
    assert!(tables.retire_data_page(&actor, id).await.unwrap());
    assert!(tables.data_page(Audience::Public, id).await.unwrap().is_none());
    assert_eq!(tables.restore_data_page(&actor, id, 1).await.unwrap().revision, 3);
    assert!(tables.data_page(Audience::Public, id).await.unwrap().is_some());
}

#[tokio::test]
async fn the_public_makes_no_pages() {
    let (app, _, slug) = with_page().await;
    app.get(&format!("/data/{slug}/build")).await.expect(403);
    app.ask(Method::POST, &format!("/data/{slug}/build"), &[], "do=retire").await.expect(403);
    app.get(&format!("/data/{slug}/view")).await.expect(200);
}

async fn staff() -> (TestApp, TableId, String) {
    let app = TestApp::with_audience(Audience::Staff).await;
    app.import(&records(), &[("levels.csv", LEVELS)]).await;
    let (id, slug) = (id(&app).await, slug(&app, "Levels").await);
    (app, id, slug)
}

/// What a form sends.
fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[tokio::test]
async fn staff_make_a_page_with_a_plain_form() {
    let (app, id, slug) = staff().await;
    let build = format!("/data/{slug}/build");
    let page = app.get(&build).await.expect(200).text();
    assert!(page.contains("Make a page about this table") && page.contains("name=\"pane.1.on\""), "{page}");
    let send = async |more: &[(&str, &str)]| {
        let chart = "{\"mark\": \"bar\", \"encoding\": {\"y\": {\"field\": \"river\"}}}";
        let mut pairs = vec![
            ("title", "Rivers"),
            ("panes", "2"),
            ("pane.1.on", "yes"),
            ("pane.1.markdown", "One"),
            ("pane.2.on", "yes"),
            ("pane.2.chart", chart),
            ("filter.river", "list"),
            ("summary.on", "yes"),
            ("download", "csv"),
            ("download", "json"),
        ];
        pairs.extend_from_slice(more);
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        app.ask(Method::POST, &build, &kind, form(&pairs)).await
    };
    let kept = async || app.app.tables().data_page(Audience::Staff, id).await.unwrap().unwrap();
    send(&[]).await.expect(303);
    assert_eq!(kept().await.page.downloads, ["csv", "json"]);
    send(&[("do", "up-2")]).await.expect(303);
    assert_eq!(kept().await.page.panes[1].markdown.as_deref(), Some("One"));
    send(&[("do", "remove-1")]).await.expect(303);
    assert_eq!(kept().await.page.panes.len(), 1);
    send(&[("do", "add"), ("add", "1")]).await.expect(303);
    assert_eq!((kept().await.page.panes.len(), kept().await.revision), (3, 4));
    let wrong = send(&[("role.title", "nowhere")]).await.expect(200).text();
    assert!(wrong.contains("The page was not kept") && wrong.contains("`title` names `nowhere`"), "{wrong}");
    assert!(wrong.contains("value=\"Rivers\""), "what was typed is still there");
    assert_eq!(kept().await.revision, 4);
    send(&[("do", "restore-1")]).await.expect(303);
    assert_eq!((kept().await.page.panes.len(), kept().await.revision), (2, 5));
    let view = app.get(&format!("/data/{slug}/view")).await.expect(200).text();
    assert!(view.contains("Change this page") && view.contains("<p>One</p>"), "{view}");
    send(&[("do", "retire")]).await.expect(303);
    app.get(&format!("/data/{slug}/view")).await.expect(404);
}

#[tokio::test]
async fn another_site_can_not_make_a_page_through_its_readers_browser() {
    let (app, id, slug) = staff().await;
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", "https://evil.example")];
    let answer = app.ask(Method::POST, &format!("/data/{slug}/build"), &headers, "title=x&panes=0").await;
    answer.expect(403);
    assert!(app.app.tables().data_page(Audience::Staff, id).await.unwrap().is_none());
}
