//! `import --layout`, `report` and `qu`: registers as data.

use serde_json::json;

use crate::harness::Sandbox;

#[test]
fn a_layout_of_ones_own_names_and_types_the_columns_of_a_file() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "layout.csv",
        "column,type,label,codes,sentinels\ncode,text,Code,01 = One,\namount,integer,Amount,,Exempt;99\n",
    );
    sandbox.write("register.txt", "01|5\n02|Exempt\n03|99\n");
    let report = sandbox.json(&["import", "register.txt", "--layout", "layout.csv", "--publish"]);
    assert_eq!((report["added"].clone(), report["tables"].clone()), (json!(1), json!(1)), "{report}");
    let dictionary = sandbox.run(&["dictionary", "file:register.txt"]).stdout;
    assert!(dictionary.contains("code,text,Code,,,,01 = One,,"), "{dictionary}");
    let reports = json!({"queries": [{"name": "sums", "title": "Sums", "params": {"_aggregate": "sum(amount),count"}}]});
    sandbox.write("reports.json", reports.to_string());
    assert_eq!(sandbox.run(&["report", "file:register.txt", "--add", "reports.json"]).code, 0);
    assert_eq!(sandbox.run(&["report", "file:register.txt"]).stdout, "sums                  Sums\n");
    assert_eq!(sandbox.run(&["report", "file:register.txt", "sums"]).stdout, "sum_amount,count\n5,3\n");
    let wrong = sandbox.run(&["report", "file:register.txt", "none"]);
    assert!(wrong.code == 3 && wrong.stderr.contains("there are sums"), "{wrong:?}");
    let wrong = sandbox.run(&["import", "register.txt", "--layout", "hmda-of-old"]);
    assert!(wrong.code == 3 && wrong.stderr.contains("hmda-2018-public"), "{wrong:?}");
}

#[test]
fn a_dataset_of_qu_is_loaded_and_listed() {
    let sandbox = Sandbox::new();
    let definition = json!({
        "info": {"name": "Loans"},
        "slices": {"all": {"table": "loans", "dimensions": ["fips"], "metrics": ["amount"]}},
        "tables": {"loans": {"sources": ["loans.csv"], "columns": {"fips": {}, "amount": {"type": "dollars"}}}},
    });
    sandbox.write("loans.json", definition.to_string());
    sandbox.write("other.csv", "state,county,amount\n1,77,$5\n");
    let loaded = sandbox.json(&[
        "qu",
        "load",
        "loans.json",
        "--slice-table",
        "loans=other.csv",
        "--compose",
        "fips=state:2+county:3",
        "--publish",
    ]);
    assert_eq!(
        (loaded["name"].clone(), loaded["slices"].clone()),
        (json!("loans"), json!({"all": 1})),
        "{loaded}"
    );
    assert_eq!(sandbox.run(&["qu", "list"]).stdout, "loans: all\n");
    let wrong = sandbox.run(&["qu", "load", "loans.json", "--slice-table", "none=other.csv"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("no table `none`"), "{wrong:?}");
    sandbox.write("bad.json", "{\"slices\": 1}");
    let wrong = sandbox.run(&["qu", "load", "bad.json"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("slices: it has to be an object"), "{wrong:?}");
}
