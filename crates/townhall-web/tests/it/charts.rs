//! `/data/{slug}/charts` and the files of charts.

use serde_json::json;
use townhall_testkit::TestApp;

use crate::portal::{portal, slug};

async fn table(app: &TestApp) -> (String, String) {
    let id = app.get("/api/tables").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    (format!("/api/tables/{id}"), slug(app, "Levels").await)
}

#[tokio::test]
async fn a_chart_is_a_drawing_a_picture_a_specification_and_numbers() {
    let app = portal().await;
    let (table, _) = table(&app).await;
    let asked = "mark=bar&y=river&x=mean(level)";
    let svg = app.get(&format!("{table}/chart.svg?{asked}")).await.expect(200);
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    assert_eq!(svg.header("access-control-allow-origin"), "*");
    let text = svg.text();
    assert!(text.contains("Mean of level by river") && text.contains("Ebb: 2.3333"), "{text}");
    assert!(text.contains("Levels of two rivers. Source: Test portal, data.example.gov/data/"), "{text}");
    let again =
        app.get_with(&format!("{table}/chart.svg?{asked}"), &[("if-none-match", svg.header("etag"))]).await;
    again.expect(304);
    let png = app.get(&format!("{table}/chart.png?{asked}&_scale=1&_width=400")).await.expect(200);
    assert!(png.body.starts_with(b"\x89PNG"));
    assert_eq!(u32::from_be_bytes(png.body[16..20].try_into().unwrap()), 448);
    let csv = app.get(&format!("{table}/chart.csv?{asked}")).await.expect(200).text();
    assert!(csv.starts_with("river,mean_level\n") && csv.contains("Ebb,2.33333"), "{csv}");
    let spec = app.get(&format!("{table}/chart.json?{asked}&river=Ebb")).await.expect(200).json();
    assert_eq!(spec["mark"], "bar");
    assert_eq!(spec["encoding"]["x"]["aggregate"], "mean");
    let url = spec["data"]["url"].as_str().unwrap();
    let rows = app.get(url.strip_prefix("https://data.example.gov").unwrap()).await.expect(200).text();
    assert_eq!(rows, "river,level\nEbb,1.5\nEbb,2.5\nEbb,3\n");
    let whole = url::form_urlencoded::byte_serialize(spec.to_string().as_bytes()).collect::<String>();
    let same = app.get(&format!("{table}/chart.csv?spec={whole}")).await.expect(200).text();
    assert_eq!(same, "river,mean_level\nEbb,2.3333333333333335\n");
}

#[tokio::test]
async fn times_and_ranges_are_asked_of_the_engine() {
    let app = portal().await;
    let (table, _) = table(&app).await;
    for (asked, rows) in [
        ("mark=line&x=yearmonth(day)&y=count()", "yearmonth_day,rows\n2025-01-01"),
        ("mark=line&x=day(day)&y=count()", "day_day,rows\n0,1\n1,1\n3,1\n4,1\n5,1\n6,1\n"),
        ("mark=histogram&x=bin(level,3)", "bin_level,rows\n1"),
        ("mark=scatter&x=level&y=level", "level\n1.5\n2.5\n3.5\n4.25\n3\n"),
        ("mark=key-figure&text=distinct(river)", "distinct_river\n2\n"),
        ("mark=pie&color=river&station__ne=0001", "river,rows\nFlow,3\nEbb,2\n"),
    ] {
        let csv = app.get(&format!("{table}/chart.csv?{asked}")).await.expect(200).text();
        assert!(csv.starts_with(rows), "{asked}: {csv}");
        app.get(&format!("{table}/chart.svg?{asked}")).await.expect(200);
    }
}

#[tokio::test]
async fn what_can_not_be_drawn_is_said() {
    let app = portal().await;
    let (table, slug) = table(&app).await;
    for (path, said) in [
        ("chart.svg", "speaks of no chart"),
        ("chart.svg?mark=cloud", "`mark=cloud` is no kind of chart"),
        ("chart.svg?mark=bar&y=rivers", "no column `rivers`"),
        ("chart.svg?mark=bar&y=river&levels=3", "levels"),
        ("chart.svg?spec=%7B", "not JSON"),
        ("chart.svg?mark=bar&y=river&_width=9", "`_width` is not a number from"),
    ] {
        let problem = app.get(&format!("{table}/{path}")).await.expect(422).problem();
        assert!(problem["detail"].as_str().unwrap().contains(said), "{path}: {problem}");
    }
    app.get("/api/tables/01890000000000000000000000/chart.svg?mark=bar&y=a").await.expect(404);
    let page = app.get(&format!("/data/{slug}/charts?mark=bar&y=rivers")).await.expect(200).text();
    assert!(page.contains("That chart can’t be drawn") && page.contains("no column `rivers`"), "{page}");
}

#[tokio::test]
async fn the_page_draws_suggests_and_makes_charts_without_a_script() {
    let app = portal().await;
    let (_, slug) = table(&app).await;
    let page = app.get(&format!("/data/{slug}/charts")).await.expect(200).text();
    assert!(page.contains("th-chart-wide") && page.contains("th-chart-narrow"), "{page}");
    assert!(page.contains("Charts worth trying") && page.contains("name=\"_f.kind\""));
    let sent = format!(
        "/data/{slug}/charts?_f.kind=bar&_f.by=river&_f.function=sum&_f.of=level&_f.sort=largest&note=low"
    );
    let made = app.get(&sent).await.expect(303);
    let address = made.header("location").to_owned();
    assert_eq!(
        address,
        format!("/data/{slug}/charts?mark=bar&x=sum%28level%29&y=river&sort=largest&note=low")
    );
    let page = app.get(&address).await.expect(200).text();
    assert!(
        page.contains("Sum of level by river") && page.contains("<th scope=\"row\" dir=\"auto\">Ebb</th>"),
        "{page}"
    );
    assert!(page.contains("&lt;iframe src=") && page.contains("charts/embed?mark=bar"), "{page}");
    assert!(page.contains("<option value=\"sum\" selected>"), "{page}");
    assert!(!page.contains("Make a page about this table"));
}

#[tokio::test]
async fn only_the_chart_for_another_site_may_stand_in_a_frame() {
    let app = portal().await;
    let (_, slug) = table(&app).await;
    let asked = "mark=line&x=day&y=mean(level)&color=river";
    let framed = app.get(&format!("/data/{slug}/charts/embed?{asked}")).await.expect(200);
    assert!(framed.header("content-security-policy").contains("frame-ancestors *"));
    assert_eq!(framed.header("x-frame-options"), "");
    assert!(framed.text().contains("The numbers as a table"));
    for tab in ["charts", "charts/explore"] {
        let page = app.get(&format!("/data/{slug}/{tab}?{asked}")).await.expect(200);
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"), "{tab}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{tab}");
    }
}

#[tokio::test]
async fn a_chart_to_explore_has_its_specification_over_our_own_data() {
    let app = portal().await;
    let (table, slug) = table(&app).await;
    let page =
        app.get(&format!("/data/{slug}/charts/explore?mark=bar&y=river&x=count()")).await.expect(200).text();
    assert!(page.contains("data-explore=") && page.contains("vega-lite/v6.json"), "{page}");
    let spec = app
        .get(&format!("{table}/chart.json?mark=bar&y=river&x=count()&_explore=1"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        spec["data"],
        json!({"url": format!("{table}/rows.csv?_select=river"), "format": {"type": "csv"}})
    );
}

#[tokio::test]
async fn text_of_a_table_is_only_text_in_a_chart() {
    let app = TestApp::new().await;
    let mut dataset = townhall_testkit::dataset(0);
    dataset["title"] = json!("Odd names");
    dataset["distribution"] = json!([{"@type": "dcat:Distribution", "downloadURL": "odd.csv", "mediaType": "text/csv", "title": "Odd"}]);
    let rows = "name,n\n</title><script>alert(1)</script>,1\n\"a\"\"b'&<c>\",2\nplain,3\nplain,4\n";
    app.import(&townhall_testkit::catalogue(vec![dataset]), &[("odd.csv", rows)]).await;
    let (table, slug) = (table(&app).await.0, slug(&app, "Odd").await);
    let asked = "mark=bar&y=name&x=sum(n)&title=%3Cb%3E";
    for path in [
        format!("{table}/chart.svg?{asked}"),
        format!("/data/{slug}/charts?{asked}"),
        format!("/data/{slug}/charts/embed?{asked}"),
        format!("/data/{slug}/charts/explore?{asked}"),
    ] {
        let text = app.get(&path).await.expect(200).text();
        assert!(!text.contains("<script>alert") && !text.contains("<b>"), "{path}: {text}");
        assert!(text.contains("&lt;script&gt;alert(1)"), "{path}: {text}");
    }
}
