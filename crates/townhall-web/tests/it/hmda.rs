//! HMDA's registers: read by their layouts, asked by the Data Browser's addresses, and told by reports.

use std::path::Path;

use serde_json::{Value, json};
use townhall_app::{Actor, ActorKind, Audience, ImportOptions, Layout, QuLoad};
use townhall_testkit::TestApp;

/// The public register from 2018 on: its names in order, out of the sheet that is the layout.
fn public_names() -> Vec<String> {
    let sheet = include_str!("../../../../recipes/hmda/lar-2018-public.csv");
    sheet.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::to_owned).collect()
}

/// What stands in some columns of a row: year, institution, MSA, state, action, race, sex, amount, income, rate spread.
type Loan = [&'static str; 10];

const LOANS: [Loan; 6] = [
    ["2018", "LEI1", "47894", "MD", "1", "White", "Male", "105000", "60", "0.5"],
    ["2018", "LEI1", "47894", "MD", "3", "White", "Female", "205000", "NA", "NA"],
    ["2018", "LEI2", "12580", "MD", "1", "Asian", "Male", "305000", "120", "Exempt"],
    ["2019", "LEI2", "47894", "VA", "1", "White", "Joint", "405000", "300", "1.25"],
    ["2019", "LEI2", "99999", "VA", "1", "Joint", "Joint", "55000", "45", "NA"],
    ["2019", "LEI1", "47894", "MD", "1", "White", "Male", "15000", "70", "NA"],
];

fn register(loans: &[Loan]) -> String {
    let names = public_names();
    let given = [
        "activity_year",
        "lei",
        "derived_msa-md",
        "state_code",
        "action_taken",
        "derived_race",
        "derived_sex",
        "loan_amount",
        "income",
        "rate_spread",
    ];
    let mut text = format!("{}\n", names.join(","));
    for loan in loans {
        let cell = |name: &String| match given.iter().position(|given| given == name) {
            Some(at) => loan[at],
            None => match name.as_str() {
                "loan_purpose" => "31",
                "denial_reason-1" if loan[4] == "3" => "3",
                "denial_reason-1" => "10",
                "tract_to_msa_income_percentage" => "75",
                "applicant_age" => "35-44",
                "county_code" => "24033",
                _ => "",
            },
        };
        text.push_str(&names.iter().map(cell).collect::<Vec<_>>().join(","));
        text.push('\n');
    }
    text
}

async fn import(app: &TestApp, name: &str, text: &str, layout: &str) {
    let path = app.write(name, text);
    let layout = Layout::find(Path::new(layout)).unwrap();
    let options = ImportOptions { publish: true, layout, ..ImportOptions::default() };
    let report = app.import_path(path, &options).await;
    assert_eq!((report.refused, report.tables), (0, 1), "{report:#?}");
}

async fn portal() -> TestApp {
    let app = TestApp::new().await;
    import(&app, "lar_2018.csv", &register(&LOANS[..3]), "hmda-2018-public").await;
    import(&app, "lar_2019.csv", &register(&LOANS[3..]), "hmda-2018-public").await;
    app
}

async fn table_ids(app: &TestApp) -> Vec<String> {
    let tables = app.get("/api/tables").await.expect(200).json();
    tables["data"].as_array().unwrap().iter().map(|table| table["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_public_register_keeps_its_names_and_knows_its_sentinels() {
    let app = portal().await;
    let id = &table_ids(&app).await[0];
    let table = app.get(&format!("/api/tables/{id}")).await.expect(200).json();
    assert_eq!(table["columns"].as_array().unwrap().len(), 99);
    let column = |name: &str| {
        table["columns"].as_array().unwrap().iter().find(|column| column["name"] == name).unwrap().clone()
    };
    assert_eq!(column("derived_msa_md")["label"], "derived_msa-md");
    assert_eq!(column("co_applicant_race_1")["label"], "co-applicant_race-1");
    assert_eq!(
        (column("rate_spread")["type"].clone(), column("rate_spread")["nulls"].clone()),
        (json!("number"), json!(2))
    );
    assert_eq!(table["rejects"]["total"], 0);
    let rows =
        app.get(&format!("/api/tables/{id}/rows?_select=action_taken,loan_purpose&_limit=1&_labels=1")).await;
    assert_eq!(
        rows.expect(200).json()["data"],
        json!([{"action_taken": "Loan originated", "loan_purpose": "Refinancing"}])
    );
    let sums = app
        .get(&format!("/api/tables/{id}/rows?_group=state_code&_aggregate=avg(income),count"))
        .await
        .expect(200)
        .json();
    assert_eq!(sums["data"], json!([{"state_code": "MD", "avg_income": 90, "count": 3}]), "{sums}");
}

#[tokio::test]
async fn filings_are_read_with_or_without_a_transmittal_sheet() {
    let app = TestApp::new().await;
    // 39 fields, behind a transmittal sheet of another width.
    let fields = "2|0000000001|9|L1|NA|1|1|3|1|111|3|1|20170117|47894|24|033|8001.00|2|5|5|||||8|||||1|5|NA|0||||NA|2|1";
    assert_eq!(fields.split('|').count(), 39);
    import(&app, "filing.txt", &format!("1|0000000001|9|2017|First Bank\n{fields}\n"), "hmda-2017-filing")
        .await;
    // 110 fields, nothing before them; a credit score that is none.
    let names = include_str!("../../../../recipes/hmda/lar-2018-filing.csv");
    let names: Vec<&str> = names.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(names.len(), 110);
    let row = |score: &'static str| {
        let cell = |name: &&str| match *name {
            "record_id" => "2",
            "applicant_creditscore" => score,
            "loan_amount" => "110500.0",
            "rate_spread" => "Exempt",
            _ => "",
        };
        names.iter().map(cell).collect::<Vec<_>>().join("|")
    };
    import(
        &app,
        "lar.dat",
        &format!("{}\n{}\n{}\n", row("650"), row("8888"), row("750")),
        "hmda-2018-filing",
    )
    .await;
    let [first, second] = <[String; 2]>::try_from(table_ids(&app).await).unwrap();
    let rows = app
        .get(&format!(
            "/api/tables/{first}/rows?_select=respondent_id,state_code,loan_amount_000s,applicant_income_000s"
        ))
        .await;
    assert_eq!(
        rows.expect(200).json()["data"],
        json!([{"respondent_id": "0000000001", "state_code": "24", "loan_amount_000s": 111, "applicant_income_000s": null}])
    );
    // Reports are there as far as the layout has their columns.
    let reports = app.get(&format!("/api/tables/{first}/reports")).await.expect(200).json();
    assert_eq!(reports["meta"]["total"], 7, "{reports}");
    let denials = app.get(&format!("/api/tables/{first}/reports/by-income")).await.expect(200).json();
    assert_eq!(
        denials["data"],
        json!([{"income_band": "not given", "applications": 1, "amount": 111, "lowest": null}])
    );
    // A sentinel is a value of its row, and none to a mean.
    let mean = app
        .get(&format!("/api/tables/{second}/rows?_aggregate=avg(applicant_creditscore),count(applicant_creditscore),sum(loan_amount)"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        mean["data"],
        json!([{"avg_applicant_creditscore": 700, "count_applicant_creditscore": 2, "sum_loan_amount": 331_500}])
    );
}

#[tokio::test]
async fn a_file_of_another_layout_is_refused_and_says_why() {
    let app = TestApp::new().await;
    let path = app.write("odd.txt", "1|2|3\n4|5|6\n");
    let layout = Layout::find(Path::new("hmda-2017-filing")).unwrap();
    let report = app.import_path(path, &ImportOptions { layout, ..ImportOptions::default() }).await;
    assert_eq!(report.refused, 1);
    let finding = &report.findings[0];
    assert_eq!(finding.code.to_string(), "IMPORT-LAYOUT");
    assert!(finding.message.contains("has 3 columns"), "{}", finding.message);
}

const VIEW: &str = "/v2/data-browser-api/view";

#[tokio::test]
async fn aggregations_count_and_sum_each_combination() {
    let app = portal().await;
    let answer = app
        .get(&format!("{VIEW}/aggregations?years=2018,2019&states=MD,VA&actions_taken=1,2&races=White,asian"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        answer,
        json!({
            "parameters": {"year": "2018,2019", "state": "MD,VA", "actions_taken": "1,2", "races": "White,Asian"},
            "aggregations": [
                {"count": 3, "sum": 525_000.0, "actions_taken": "1", "races": "White"},
                {"count": 1, "sum": 305_000.0, "actions_taken": "1", "races": "Asian"},
                {"count": 0, "sum": 0.0, "actions_taken": "2", "races": "White"},
                {"count": 0, "sum": 0.0, "actions_taken": "2", "races": "Asian"},
            ],
            "servedFrom": "database",
        })
    );
    let nationwide =
        app.get(&format!("{VIEW}/nationwide/aggregations?years=2019&sexes=Joint")).await.expect(200).json();
    assert_eq!(nationwide["aggregations"], json!([{"count": 2, "sum": 460_000.0, "sexes": "Joint"}]));
    let count = app.get(&format!("{VIEW}/count?years=2018&states=MD")).await.expect(200).json();
    assert_eq!(count["aggregations"], json!([{"count": 3, "sum": 615_000.0}]));
}

#[tokio::test]
async fn files_have_the_rows_and_names_of_the_register() {
    let app = portal().await;
    let csv = app.get(&format!("{VIEW}/csv?years=2018,2019&msamds=47894&actions_taken=1")).await.expect(200);
    assert_eq!(csv.header("content-type"), "text/plain; charset=UTF-8");
    assert!(csv.header("content-disposition").contains("year_2018-2019_msamd_47894_actions_taken_1.csv"));
    let expected = register(&[LOANS[0], LOANS[3], LOANS[5]]);
    let text = csv.text();
    let (found, wanted): (Vec<&str>, Vec<&str>) = (text.lines().collect(), expected.lines().collect());
    assert_eq!(found[0], wanted[0]);
    assert_eq!(found.len(), 4);
    let cell = |line: &str, name: &str| {
        let at = public_names().iter().position(|known| known == name).unwrap();
        line.split(',').nth(at).unwrap().to_owned()
    };
    for (found, wanted) in found.iter().zip(&wanted).skip(1) {
        for name in
            ["activity_year", "lei", "derived_msa-md", "loan_amount", "income", "rate_spread", "county_code"]
        {
            assert_eq!(cell(found, name), cell(wanted, name), "{name}");
        }
    }
    let pipe = app.get(&format!("{VIEW}/nationwide/pipe?years=2019")).await.expect(200).text();
    assert!(pipe.starts_with("activity_year|lei|derived_msa-md|"), "{pipe}");
    assert_eq!(pipe.lines().count(), 4);
    let filers = app.get(&format!("{VIEW}/filers?years=2018&states=MD")).await.expect(200).json();
    assert_eq!(
        filers,
        json!({"institutions": [{"lei": "LEI1", "name": "LEI1", "period": 2018}, {"lei": "LEI2", "name": "LEI2", "period": 2018}]})
    );
}

#[tokio::test]
async fn what_the_browser_refuses_is_refused_in_its_words() {
    let app = portal().await;
    for (path, kind) in [
        ("/aggregations?years=2018&actions_taken=1", "provide-only-msamds-or-states-or-counties-or-leis"),
        ("/aggregations?years=2018&states=MD", "provide-atleast-one-filter-criteria"),
        (
            "/aggregations?years=2018&states=MD&actions_taken=1&races=White&sexes=Male",
            "provide-two-or-less-filter-criteria",
        ),
        ("/csv?years=2018&states=MD&races=Purple", "invalid-races"),
        ("/csv?years=2018&states=Maryland", "invalid-states"),
        ("/csv?years=2018&counties=1", "invalid-counties"),
        ("/csv?years=2016&states=MD", "invalid-year"),
        ("/count?years=2018&states=MD&actions_taken=1", "no-filters"),
        ("/count?years=2018", "provide-atleast-msamds-or-states"),
        ("/nationwide/csv?actions_taken=1", "provide-years"),
    ] {
        let answer = app.get(&format!("{VIEW}{path}")).await.expect(400).json();
        assert_eq!(answer["errorType"], kind, "{path}");
    }
    let answer = app.get(&format!("{VIEW}/csv?states=MD")).await.expect(400).json();
    assert_eq!(answer, json!("must provide years parameter"));
    app.get("/v2/data-browser-api/health").await.expect(200);
}

#[tokio::test]
async fn reports_run_over_any_table_that_has_their_columns() {
    let app = portal().await;
    let id = &table_ids(&app).await[0];
    let list = app.get(&format!("/api/tables/{id}/reports")).await.expect(200).json();
    let names: Vec<&str> =
        list["data"].as_array().unwrap().iter().map(|report| report["name"].as_str().unwrap()).collect();
    let expected = [
        "by-action",
        "by-denial-reason",
        "by-ethnicity",
        "by-income",
        "by-purpose",
        "by-race",
        "by-sex",
        "by-tract-income",
    ];
    assert_eq!(names, expected);
    for name in names {
        app.get(&format!("/api/tables/{id}/reports/{name}")).await.expect(200);
    }
    let report = app.get(&format!("/api/tables/{id}/reports/by-action?_labels=1")).await.expect(200).json();
    assert_eq!(
        report["data"],
        json!([
            {"action_taken": "Loan originated", "applications": 2, "amount": 410_000},
            {"action_taken": "Application denied", "applications": 1, "amount": 205_000},
        ])
    );
    assert_eq!(report["meta"]["report"]["chart"]["encoding"]["x"]["field"], "action_taken");
    for report in list["data"].as_array().unwrap() {
        let url = report["chart_url"].as_str().unwrap();
        let drawing = app.get(url.strip_prefix("https://data.example.gov").unwrap()).await.expect(200);
        assert_eq!(drawing.header("content-type"), "image/svg+xml", "{url}");
    }
    let income = app.get(&format!("/api/tables/{id}/reports/by-income")).await.expect(200).json();
    let bands: Vec<Value> =
        income["data"].as_array().unwrap().iter().map(|row| row["income_band"].clone()).collect();
    assert_eq!(bands, [json!("50 to under 100"), json!("100 to under 150"), json!("not given")]);
    let csv = app.get(&format!("/api/tables/{id}/reports/by-purpose.csv")).await.expect(200).text();
    assert_eq!(csv.lines().next(), Some("loan_purpose,loans,amount,mean_amount"));
    app.get(&format!("/api/tables/{id}/reports/none")).await.expect(404);
    // Another of the office's own.
    let file = json!({
        "columns": {"amount": ["loan_amount"]},
        "queries": [{"name": "largest", "title": "Largest loans", "params": {"_sort": "-{amount}", "_select": "{amount}", "_limit": "1"}}],
    });
    let actor = Actor::new(ActorKind::Cli, "test");
    app.app.tables().keep_reports(&actor, None, file.to_string().as_bytes()).await.unwrap();
    let largest = app.get(&format!("/api/tables/{id}/reports/largest")).await.expect(200).json();
    assert_eq!(largest["data"], json!([{"loan_amount": 305_000}]));
    assert_eq!(app.app.tables().list(Audience::Public, None, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn places_and_institutions_are_joined_by_a_definition() {
    let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/hmda");
    let app = TestApp::new().await;
    let load = QuLoad {
        name: Some("hmda".to_owned()),
        definition: recipe.join("places.json"),
        tables: vec![
            ("lar".to_owned(), app.write("lar.csv", register(&LOANS))),
            ("counties".to_owned(), app.write("counties.csv", "fips,name\n24033,Prince George's County\n")),
            ("areas".to_owned(), app.write("areas.csv", "code,name\n47894,Washington area\n")),
            ("institutions".to_owned(), app.write("panel.csv", "lei,respondent_name\nLEI1,First Bank\n")),
        ],
        publish: true,
        ..QuLoad::default()
    };
    let loaded = app.app.qu().load(&load, &mut |_| {}).await.unwrap();
    assert_eq!(loaded.notes, Vec::<String>::new());
    let select = "institution_name,state_name,county_name,msa_name,count(),sum(loan_amount)";
    let group = "institution_name,state_name,county_name,msa_name";
    let answer = app
        .get(&format!("/qu/data/hmda/slice/lar.json?$select={select}&$group={group}&$where=lei%20=%20'LEI1'"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        answer["results"],
        json!([{
            "institution_name": "First Bank", "state_name": "Maryland", "county_name": "Prince George's County",
            "msa_name": "Washington area", "count": 3, "sum_loan_amount": 325_000,
        }])
    );
    let named = app
        .get("/qu/data/hmda/slice/lar.json?$select=derived_msa-md,applicant_race-1&$limit=1")
        .await
        .expect(200);
    assert_eq!(named.json()["results"], json!([{"derived_msa-md": "47894"}]));
    let derived =
        app.get("/qu/data/hmda/slice/institutions.json?$orderBy=activity_year,lei").await.expect(200).json();
    assert_eq!(
        derived["results"][0],
        json!({"activity_year": 2018, "lei": "LEI1", "institution_name": "First Bank", "loans": 2, "amount": 310_000})
    );
}
