//! `/qu` as its clients ask it: over a small dataset of our own, and over the definition that CFPB served, where it is at hand.

use serde_json::{Value, json};
use townhall_app::{Audience, QuComposed, QuLoad};
use townhall_testkit::TestApp;

/// Towns of two states: a comment, renamed and skipped columns, a lookup, dollars, dates and a table of codes.
const DEFINITION: &str = r#"{
  // What it is.
  "info": {"name": "Towns", "description": "Towns and <b>what</b> they cost."},
  "concepts": {
    "state": {"name": "State", "description": "The state", "type": "integer", "table": "states",
              "properties": {"_id": {"type": "integer"}, "abbr": {"type": "string"}}},
    "people": {"description": "People"}
  },
  "slices": {
    "by_state": {"type": "derived", "slice": "towns", "dimensions": ["state_abbr", "kind"], "metrics": ["n", "people_sum"],
                 "aggregations": {"n": ["count"], "people_sum": ["sum", "people"]}, "where": "people > 10"},
    "towns": {"info": {"name": "All towns"}, "type": "table", "table": "towns", "max-group-fields": 2,
              "dimensions": ["town", "state", "state_abbr", "kind", "founded"], "metrics": ["people", "budget"],
              "references": {"state_abbr": {"column": "state", "concept": "state", "value": "abbr"}}}
  },
  "tables": {
    "states": {"sources": ["codes/states.csv"], "columns": {"Code": {"name": "_id", "type": "integer"}, "Abbr": {"name": "abbr"}}},
    "towns": {"sources": ["towns_1.csv", "towns_2.csv"], "columns": {
      "Town": {"name": "town", "type": "string"}, "State": {"name": "state", "type": "integer"},
      "Kind": {"name": "kind", "type": "lookup", "lookup": {"V": "village", "C": "city"}},
      "Founded": {"name": "founded", "type": "date", "format": "MM/dd/yyyy"},
      "People": {"name": "people", "type": "integer"}, "Budget": {"name": "budget", "type": "dollars"},
      "Note": {"skip": true}}}
  }
}"#;

const FIRST: &str = "Town,State,Kind,Founded,People,Budget,Note\n\
    Arden,01,V,03/02/1901,100,\"$1,000.50\",x\n\
    Bree,1,C,12/31/1890,300,$20,\n\
    Camelot,2,V,,NA,,\"a, \"\"b\"\"\"\n";

const SECOND: &str = "State,Town,People,Kind,Founded,Budget\n\
    2,\"Dorne, \"\"Old\"\"\",200,C,01/01/2000,$5\n\
    9,Elis,7,?,01/01/2001,\n";

async fn towns() -> TestApp {
    loaded(TestApp::new().await).await
}

async fn loaded(app: TestApp) -> TestApp {
    let definition = app.write("towns/definition.json", DEFINITION);
    app.write("towns/codes/states.csv", "Code,Abbr\n01,AL\n02,AK\n");
    app.write("towns/towns_1.csv", FIRST);
    app.write("towns/towns_2.csv", SECOND);
    let load = QuLoad { definition, publish: true, ..QuLoad::default() };
    let loaded = app.app.qu().load(&load, &mut |_| {}).await.unwrap();
    assert_eq!(loaded.name, "towns");
    assert_eq!(loaded.slices, [("towns".to_owned(), 5), ("by_state".to_owned(), 3)], "{loaded:?}");
    app
}

const SLICE: &str = "/qu/data/towns/slice/towns";

#[tokio::test]
async fn a_slice_answers_in_hal() {
    let app = towns().await;
    let answer = app
        .get(&format!("{SLICE}.json?$select=town,state_abbr,budget&$where=people%20%3E%3D%20100&$orderBy=people%20desc&$limit=2"))
        .await
        .expect(200);
    assert_eq!(answer.header("content-type"), "application/json;charset=UTF-8");
    assert_eq!(answer.header("x-computing"), "false");
    let own = "/qu/data/towns/slice/towns.json?$select=town,state_abbr,budget&$where=people%20%3E%3D%20100&$orderBy=people%20desc&$limit=2";
    assert_eq!(
        answer.json(),
        json!({
            "_links": {
                "self": {"href": own},
                "up": {"href": "/qu/data/towns"},
                "query": {"href": "/qu/data/towns/slice/towns.json?$select={?select}&$group={?group}&$where={?where}&$orderBy={?orderBy}&$limit={?limit}&$offset={?offset}&$callback={?callback}", "templated": true},
            },
            "dataset": "towns", "slice": "towns", "computing": false, "size": 2, "total": 3, "page": 1,
            "query": {"select": "town,state_abbr,budget", "where": "people >= 100", "group": null, "orderBy": "people desc", "limit": 2, "offset": 0},
            "errors": {}, "dimensions": {},
            "results": [
                {"town": "Bree", "state_abbr": "AL", "budget": 20},
                {"town": "Dorne, \"Old\"", "state_abbr": "AK", "budget": 5},
            ],
        })
    );
    let keys: Vec<String> = answer.json().as_object().unwrap().keys().cloned().collect();
    let expected = [
        "_links",
        "dataset",
        "slice",
        "computing",
        "size",
        "total",
        "page",
        "query",
        "errors",
        "dimensions",
        "results",
    ];
    assert_eq!(keys, expected);
}

#[tokio::test]
async fn what_has_no_value_is_left_out_and_codes_are_looked_up() {
    let app = towns().await;
    let answer = app.get(&format!("{SLICE}?$where=people%20IS%20NULL%20OR%20people%20%3C%2010")).await;
    // A browser gets a page; whoever asks for JSON gets that.
    assert!(answer.header("content-type").starts_with("text/html"), "{}", answer.header("content-type"));
    let answer = app
        .get_with(
            &format!("{SLICE}/?$where=people%20IS%20NULL%20OR%20people%20%3C%2010"),
            &[("accept", "application/json")],
        )
        .await
        .expect(200)
        .json();
    assert_eq!(
        answer["results"],
        json!([
            {"town": "Camelot", "state": 2, "state_abbr": "AK", "kind": "village"},
            {"town": "Elis", "state": 9, "founded": "2001-01-01", "people": 7},
        ])
    );
    let rows = app
        .get(&format!("{SLICE}.json?$select=_id,town&$where=founded%20%3C%201901-01-01"))
        .await
        .expect(200)
        .json();
    assert_eq!(rows["results"], json!([{"_id": 2, "town": "Bree"}]));
}

#[tokio::test]
async fn groups_are_answered_from_the_slice_and_by_derived_slices_alike() {
    let app = towns().await;
    let asked = app
        .get(&format!(
            "{SLICE}.json?$select=state_abbr,kind,COUNT(),SUM(people)&$group=state_abbr,kind&$where=people%20%3E%2010"
        ))
        .await
        .expect(200)
        .json();
    assert_eq!(
        asked["results"],
        json!([
            {"state_abbr": "AK", "kind": "city", "count": 1, "sum_people": 200},
            {"state_abbr": "AL", "kind": "city", "count": 1, "sum_people": 300},
            {"state_abbr": "AL", "kind": "village", "count": 1, "sum_people": 100},
        ])
    );
    let derived = app.get("/qu/data/towns/slice/by_state.json").await.expect(200).json();
    let rename = |row: &Value| json!({"state_abbr": row["state_abbr"], "kind": row["kind"], "n": row["count"], "people_sum": row["sum_people"]});
    let expected: Vec<Value> = asked["results"].as_array().unwrap().iter().map(rename).collect();
    assert_eq!(derived["results"], json!(expected));
}

#[tokio::test]
async fn a_group_that_takes_long_is_computed_while_its_asker_is_told_to_come_again() {
    let app =
        TestApp::with_settings(Audience::Public, |settings| settings.qu_patience = std::time::Duration::ZERO)
            .await;
    let app = loaded(app).await;
    let question = format!("{SLICE}.json?$select=state,count()&$group=state");
    let first = app.get(&question).await.expect(200);
    assert_eq!(first.header("x-computing"), "true");
    assert_eq!(
        (first.json()["computing"].clone(), first.json()["results"].clone()),
        (json!(true), json!([]))
    );
    assert_eq!(first.header("cache-control"), "no-store");
    let csv = app.get(&question.replace(".json", ".csv")).await.expect(200);
    assert!(
        matches!((csv.header("x-computing"), csv.text().as_str()), ("true", "") | ("false", _)),
        "{csv:?}"
    );
    let page = app.get(&question.replace(".json", ".html")).await.expect(200).text();
    assert!(page.contains("being computed") || page.contains("<td"), "{page}");
    // Rows are never computed.
    assert_eq!(app.get(&format!("{SLICE}.json")).await.expect(200).header("x-computing"), "false");
    for _ in 0..10_000 {
        let answer = app.get(&question).await.expect(200).json();
        if answer["computing"] == false {
            assert_eq!(answer["total"], 3);
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it is never there");
}

#[tokio::test]
async fn csv_xml_and_scripts_have_their_forms() {
    let app = towns().await;
    let csv = app.get(&format!("{SLICE}.csv?$select=town,people&$orderBy=town&$limit=0")).await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv;charset=UTF-8");
    assert_eq!(
        csv.text(),
        "\"town\",\"people\"\n\"Arden\",\"100\"\n\"Bree\",\"300\"\n\"Camelot\",\"\"\n\"Dorne, \"\"Old\"\"\",\"200\"\n\"Elis\",\"7\"\n"
    );
    let link = csv.header("link");
    let own = format!(
        "<{SLICE}.csv?$select=town,people&$orderBy=town&$limit=0>; rel=self, </qu/data/towns>; rel=up, <"
    );
    assert!(link.starts_with(&own) && link.ends_with("; rel=query"), "{link}");
    assert_eq!(csv.header("x-computing"), "false");
    let xml =
        app.get(&format!("{SLICE}.xml?$select=town,people&$where=people%20=%20200")).await.expect(200).text();
    assert!(xml.contains("<total>1</total>"), "{xml}");
    assert!(
        xml.ends_with(
            "<results><result><town>Dorne, \"Old\"</town><people>200</people></result></results></resource>"
        ),
        "{xml}"
    );
    let script = app.get(&format!("{SLICE}.js?$select=town&$limit=1")).await.expect(200);
    assert_eq!(script.header("content-type"), "text/javascript;charset=UTF-8");
    assert!(
        script.text().starts_with("callback({\"_links\"")
            && script.text().ends_with("\"results\":[{\"town\":\"Arden\"}]});")
    );
    let script = app.get(&format!("{SLICE}.jsonp?$callback=show&$limit=1")).await.expect(200).text();
    assert!(script.starts_with("show({"), "{script}");
    let script = app.get(&format!("{SLICE}.jsonp?$callback=alert(1)&$limit=1")).await.expect(200).text();
    assert!(script.starts_with("callback({"), "{script}");
}

#[tokio::test]
async fn what_is_wrong_is_told_with_the_same_body() {
    let app = towns().await;
    let answer = app
        .get(&format!("{SLICE}.json?$select=town,count()&$group=people&$where=and&$orderBy=town,&$limit=x"))
        .await
        .expect(400)
        .json();
    assert_eq!(answer["results"], json!([]));
    assert_eq!(
        answer["errors"],
        json!({
            "group": ["\"people\" is not a dimension."],
            "select": ["\"town\" must either be aggregated or be in the group clause."],
            "where": ["Could not parse this clause."],
            "orderBy": ["Could not parse this clause."],
            "limit": ["Please use an integer."],
        })
    );
    let many =
        app.get(&format!("{SLICE}.json?$select=count()&$group=town,state,kind")).await.expect(400).json();
    assert_eq!(many["errors"], json!({"group": ["Number of group fields exceeds maximum allowed (2)."]}));
    let csv = app.get(&format!("{SLICE}.csv?$select=nothing")).await.expect(400);
    assert_eq!((csv.text().as_str(), csv.header("content-type")), ("", "text/plain;charset=UTF-8"));
    let page = app.get(&format!("{SLICE}.html?$limit=101")).await.expect(400).text();
    assert!(page.contains("The maximum HTML limit is 100."), "{page}");
    assert_eq!(app.get(&format!("{SLICE}.yaml")).await.expect(406).text(), "Format not found: yaml.");
    let accept = [("accept", "application/yaml")];
    assert_eq!(app.get_with(SLICE, &accept).await.expect(406).text(), "Format not found: application/yaml.");
    assert_eq!(app.get("/qu/data/none.json").await.expect(404).text(), "No such dataset: none");
    assert_eq!(
        app.get("/qu/data/towns/slice/none.json").await.expect(404).text(),
        "No such slice: towns/none"
    );
    app.get("/qu/data/towns/concept/none").await.expect(404);
}

#[tokio::test]
async fn datasets_concepts_and_metadata_are_resources() {
    let app = towns().await;
    let start = app.get("/qu").await.expect(302);
    assert_eq!(start.header("location"), "/qu/data");
    let index = app.get("/qu/data.json").await.expect(200);
    assert_eq!(
        index.json(),
        json!({
            "_links": {"self": {"href": "/qu/data.json"}},
            "_embedded": {"dataset": [{
                "_links": {"self": {"href": "/qu/data/towns"}}, "id": "towns", "name": "Towns",
                "description": "Towns and <b>what</b> they cost.",
            }]},
        })
    );
    let tag = index.header("etag").to_owned();
    app.get_with("/qu/data.json", &[("if-none-match", &tag)]).await.expect(304);
    let dataset = app.get("/qu/data/towns.json").await.expect(200).json();
    assert_eq!(dataset["id"], "towns");
    assert_eq!(dataset["_links"]["up"]["href"], "/qu/data");
    assert_eq!(dataset["_embedded"]["slice"][0]["_links"]["self"]["href"], SLICE);
    assert_eq!(dataset["_embedded"]["concept"][1]["description"], "People");
    let concept = app.get("/qu/data/towns/concept/state.json").await.expect(200).json();
    assert_eq!(concept["table"]["data"], json!([{"_id": 1, "abbr": "AL"}, {"_id": 2, "abbr": "AK"}]));
    assert_eq!(concept["properties"]["abbr"]["type"], "string");
    let metadata = app.get(&format!("{SLICE}/metadata.json")).await.expect(200).json();
    assert_eq!(
        metadata["types"],
        json!({"town": "string", "state": "integer", "state_abbr": "string", "kind": "lookup", "founded": "date", "people": "integer", "budget": "dollars"})
    );
    assert_eq!(metadata["references"]["state_abbr"]["concept"], "state");
    let xml = app.get("/qu/data/towns/concept/state.xml").await.expect(200).text();
    assert!(
        xml.contains("<resource href=\"/qu/data/towns/concept/state.xml\">")
            && xml.contains("<abbr>AL</abbr>"),
        "{xml}"
    );
    for page in
        ["/qu/data", "/qu/data/towns", "/qu/data/towns/concept/state", &format!("{SLICE}/metadata"), SLICE]
    {
        let page = app.get(page).await.expect(200);
        assert!(page.header("content-type").starts_with("text/html"), "{}", page.asked);
    }
    let listing = app.get("/qu/api-docs").await.expect(200).json();
    assert_eq!(
        (listing["swaggerVersion"].clone(), listing["apis"].as_array().unwrap().len()),
        (json!("1.2"), 2)
    );
    let declared = app.get("/qu/api-docs/towns").await.expect(200).json();
    assert_eq!(declared["apis"][2]["operations"][0]["nickname"], "querySliceTowns");
    app.get("/qu/api-docs/none").await.expect(404);
}

#[tokio::test]
async fn a_draft_is_for_staff_and_loading_again_changes_nothing() {
    let app = TestApp::new().await;
    let definition = app.write("towns/definition.json", DEFINITION);
    app.write("towns/codes/states.csv", "Code,Abbr\n01,AL\n");
    app.write("towns/towns_1.csv", FIRST);
    let mut load = QuLoad { definition, ..QuLoad::default() };
    app.app.qu().load(&load, &mut |_| {}).await.unwrap();
    app.get("/qu/data/towns.json").await.expect(404);
    assert_eq!(app.get("/qu/data.json").await.expect(200).json()["_embedded"], Value::Null);
    let before = app.app.qu().dataset(Audience::Staff, "towns").await.unwrap().version();
    app.app.qu().load(&load, &mut |_| {}).await.unwrap();
    assert_eq!(app.app.qu().dataset(Audience::Staff, "towns").await.unwrap().version(), before);
    load.publish = true;
    app.app.qu().load(&load, &mut |_| {}).await.unwrap();
    app.get("/qu/data/towns.json").await.expect(200);
}

mod hmda {
    //! The definition of CFPB's own service, over made-up rows of the register's real layout.

    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use super::*;

    const ROWS: usize = 20_000;

    fn fixtures() -> Option<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/hmda");
        folder.join("qu_hmda_definition.json").is_file().then_some(folder)
    }

    /// Numbers that are the same each time (SplitMix64).
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self, below: u64) -> u64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (z ^ (z >> 31)) % below
        }

        fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
            of[self.next(of.len() as u64) as usize]
        }
    }

    /// Rows of the register, as texts.
    fn register(header: &[String]) -> Vec<Vec<String>> {
        let mut numbers = Numbers(7);
        let row = |_| {
            let cell = |name: &String| -> String {
                let n = &mut numbers;
                match name.as_str() {
                    "as_of_year" => (2007 + n.next(3)).to_string(),
                    "respondent_id" => format!("{:010}", n.next(40)),
                    "agency_code" => n.one(&["1", "2", "3", "5", "7", "9"]).to_owned(),
                    "loan_amount_000s" => (1 + n.next(900)).to_string(),
                    "action_taken" => (1 + n.next(8)).to_string(),
                    "msamd" => n.one(&["10180", "10420", "NA   ", "99999"]).to_owned(),
                    "state_code" => n.one(&["01", "24", "51", "NA"]).to_owned(),
                    "county_code" => n.one(&["001", "003", "077", "NA "]).to_owned(),
                    "census_tract_number" => n.one(&["0113.00", "0114.01", "NA     "]).to_owned(),
                    "applicant_income_000s" => n.one(&["NA  ", "0040", "0125", "9999"]).to_owned(),
                    "rate_spread" => n.one(&["NA   ", "01.50", "03.29"]).to_owned(),
                    "purchaser_type" => n.next(10).to_string(),
                    "sequence_number" => format!("{:07}", n.next(1_000_000)),
                    "population" | "hud_median_family_income" => n.one(&["", "5000", "61200"]).to_owned(),
                    "minority_population" | "tract_to_msamd_income" => {
                        n.one(&["", "12.5", "98.25"]).to_owned()
                    }
                    name if name.contains("race") && !name.ends_with("_1") => {
                        n.one(&[" ", "2", "5"]).to_owned()
                    }
                    name if name.contains("denial") => n.one(&[" ", "1", "3"]).to_owned(),
                    "edit_status" => n.one(&["", "5", "6", "7"]).to_owned(),
                    "number_of_owner_occupied_units" | "number_of_1_to_4_family_units" => {
                        n.next(3000).to_string()
                    }
                    _ => (1 + n.next(3)).to_string(),
                }
            };
            header.iter().map(cell).collect()
        };
        (0..ROWS).map(row).collect()
    }

    async fn portal(folder: &Path) -> (TestApp, Vec<String>, Vec<Vec<String>>) {
        let header = std::fs::read_to_string(folder.join("qu_headers.csv")).unwrap();
        let header: Vec<String> = header.trim().split(',').map(str::to_owned).collect();
        assert_eq!(header.len(), 45);
        let rows = register(&header);
        let text = |rows: &[Vec<String>]| {
            let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
            format!("{}\n{}\n", header.join(","), lines.join("\n"))
        };
        let app = TestApp::new().await;
        // Two of the files that the definition names.
        app.write("files/hmda_lar_2016.csv", text(&rows[..ROWS / 2]));
        app.write("files/hmda_lar_2015.csv", text(&rows[ROWS / 2..]));
        app.write(
            "files/hmda_ts_2016.csv",
            "activity_year,respondent_id,agency_code,respondent_name,assets,lar_count\n2016,0000000001,9,First Bank,100,7\n2016,0000000002,4,Second Bank,,3\n",
        );
        app.write(
            "files/gaz_counties.csv",
            "USPS,GEOID,ANSICODE,NAME\nAL,01001,1,Autauga County\nMD,24003,2,Anne Arundel County\n",
        );
        let load = QuLoad {
            name: Some("hmda".to_owned()),
            definition: folder.join("qu_hmda_definition.json"),
            folders: vec![app.write("files/x", "").parent().unwrap().to_owned(), folder.to_owned()],
            composed: QuComposed::read("fips_code=state_code:2+county_code:3").into_iter().collect(),
            publish: true,
            ..QuLoad::default()
        };
        let loaded = app.app.qu().load(&load, &mut |_| {}).await.unwrap();
        // Nothing is missing but columns of the little file of institutions.
        let is_of_institutions = |note: &&String| note.starts_with("`hmda_ts_2016.csv` has no column");
        assert_eq!(loaded.notes.iter().find(|note| !is_of_institutions(note)), None);
        assert_eq!(loaded.slices.len(), 3);
        (app, header, rows)
    }

    fn csv(folder: &Path, name: &str) -> Vec<Vec<String>> {
        let text = std::fs::read(folder.join("code_sheets").join(name)).unwrap();
        let mut rows = Vec::new();
        let mut lines = String::from_utf8_lossy(&text).lines().map(str::to_owned).collect::<Vec<_>>();
        lines.remove(0);
        for line in lines {
            rows.push(line.splitn(3, ',').map(|cell| cell.trim_matches('"').to_owned()).collect());
        }
        rows
    }

    #[tokio::test]
    async fn the_definition_of_cfpb_loads_unchanged_and_answers_as_brute_force_does() {
        let Some(folder) = fixtures() else { return };
        let (app, header, rows) = portal(&folder).await;
        let at = |name: &str| header.iter().position(|known| known == name).unwrap();
        let (year, action, state, county, amount) = (
            at("as_of_year"),
            at("action_taken"),
            at("state_code"),
            at("county_code"),
            at("loan_amount_000s"),
        );
        let (msamd, tract, agency, income) =
            (at("msamd"), at("census_tract_number"), at("agency_code"), at("applicant_income_000s"));
        const LAR: &str = "/qu/data/hmda/slice/hmda_lar";

        // A page of rows, with what is looked up.
        let states: BTreeMap<String, String> =
            csv(&folder, "states.csv").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        let agencies: BTreeMap<String, String> =
            csv(&folder, "agency.csv").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        let areas: BTreeMap<(String, String), String> = csv(&folder, "msamd.csv")
            .into_iter()
            .map(|row| ((row[1].clone(), row[0].clone()), row[2].clone()))
            .collect();
        let counties = BTreeMap::from([("01001", "Autauga County"), ("24003", "Anne Arundel County")]);
        let number = |text: &str| text.trim().parse::<i64>().ok();
        let wanted = "_id,as_of_year,state_abbr,agency_abbr,msamd_name,county_name,applicant_income_000s";
        let matching: Vec<(usize, &Vec<String>)> = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| number(&row[amount]) > Some(500) && row[action] == "3" || row[state] == "24")
            .collect();
        let answer = app
            .get(&format!(
                "{LAR}.json?$select={wanted}&$where=loan_amount_000s%20%3E%20500%20AND%20action_taken%20=%203%20OR%20state_code%20=%2024&$offset=40&$limit=60"
            ))
            .await
            .expect(200)
            .json();
        assert_eq!(answer["total"], matching.len());
        let expected: Vec<Value> = matching[40..100]
            .iter()
            .map(|(index, row)| {
                let mut object = json!({"_id": index + 1, "as_of_year": number(&row[year])});
                let mut put = |name: &str, value: Option<Value>| {
                    if let Some(value) = value {
                        object[name] = value;
                    }
                };
                put("state_abbr", states.get(&row[state]).map(|text| json!(text)));
                put("agency_abbr", agencies.get(&row[agency]).map(|text| json!(text)));
                let area = areas.get(&(row[msamd].trim().to_owned(), row[year].clone()));
                put("msamd_name", area.map(|text| json!(text)));
                let fips = format!("{}{}", row[state], row[county]);
                put("county_name", counties.get(fips.as_str()).map(|text| json!(text)));
                put("applicant_income_000s", number(&row[income]).map(|number| json!(number)));
                object
            })
            .collect();
        assert_eq!(answer["results"], json!(expected));

        // Groups.
        let mut sums: BTreeMap<(i64, Option<i64>), (i64, i64)> = BTreeMap::new();
        for row in &rows {
            let entry = sums.entry((number(&row[action]).unwrap(), number(&row[state]))).or_default();
            *entry = (entry.0 + 1, entry.1 + number(&row[amount]).unwrap());
        }
        let answer = app
            .get(&format!(
                "{LAR}.json?$select=action_taken,state_code,count(),sum(loan_amount_000s)&$group=action_taken,state_code&$limit=0"
            ))
            .await
            .expect(200)
            .json();
        assert_eq!(
            (answer["total"].as_u64(), answer["computing"].as_bool()),
            (Some(sums.len() as u64), Some(false))
        );
        let mut found = BTreeMap::new();
        for row in answer["results"].as_array().unwrap() {
            let key = (row["action_taken"].as_i64().unwrap(), row["state_code"].as_i64());
            found
                .insert(key, (row["count"].as_i64().unwrap(), row["sum_loan_amount_000s"].as_i64().unwrap()));
        }
        assert_eq!(found, sums);

        // Everything, streamed.
        let all = app
            .get(&format!("{LAR}.csv?$select=sequence_number,rate_spread&$limit=0"))
            .await
            .expect(200)
            .text();
        let (sequence, spread) = (at("sequence_number"), at("rate_spread"));
        let lines = rows.iter().map(|row| format!("\"{}\",\"{}\"\n", row[sequence], row[spread].trim()));
        assert_eq!(all, format!("\"sequence_number\",\"rate_spread\"\n{}", lines.collect::<String>()));

        // The derived slice: the same as its question, and as brute force.
        let mut tracts: BTreeMap<(Option<i64>, Option<i64>, String, String), u64> = BTreeMap::new();
        for row in &rows {
            let key = (
                number(&row[state]),
                number(&row[county]),
                row[msamd].trim().to_owned(),
                row[tract].trim().to_owned(),
            );
            *tracts.entry(key).or_default() += 1;
        }
        let derived = app.get("/qu/data/hmda/slice/census_tracts.json?$limit=0").await.expect(200).json();
        let mut found = BTreeMap::new();
        for row in derived["results"].as_array().unwrap() {
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let key = (
                row["state_code"].as_i64(),
                row["county_code"].as_i64(),
                text("msamd"),
                text("census_tract_number"),
            );
            found.insert(key, row["census_tracts"].as_u64().unwrap());
        }
        assert_eq!(found, tracts);

        // Institutions, and concepts with their codes.
        let institutions = app
            .get("/qu/data/hmda/slice/institutions.json?$select=respondent_name,agency_abbr,assets&$orderBy=respondent_name")
            .await
            .expect(200)
            .json();
        assert_eq!(
            institutions["results"],
            json!([
                {"respondent_name": "First Bank", "agency_abbr": "CFPB", "assets": 100},
                {"respondent_name": "Second Bank", "agency_abbr": "OTS"},
            ])
        );
        let concept = app.get("/qu/data/hmda/concept/action_taken.json").await.expect(200).json();
        assert_eq!(concept["table"]["data"].as_array().unwrap().len(), 8);
        let dataset = app.get("/qu/data/hmda.json").await.expect(200).json();
        assert_eq!(dataset["_embedded"]["concept"].as_array().unwrap().len(), 50);
        let metadata = app.get(&format!("{LAR}/metadata.json")).await.expect(200).json();
        assert_eq!(
            (metadata["dimensions"].as_array().unwrap().len(), metadata["metrics"].as_array().unwrap().len()),
            (70, 8)
        );
    }
}
