//! Specifications: read, written, planned; what is beyond us is said.

use serde_json::{Value, json};
use townhall_charts::{Aggregate, Kind, Plan, Source, Spec, explore, suggest};

use crate::support::{fields, spec};

#[test]
fn an_address_and_its_chart_say_the_same() {
    for address in [
        "mark=bar&x=sum(amount)&y=state&sort=largest",
        "mark=stacked-bar&x=state&y=count()&color=kind&stack=normalize",
        "mark=line&x=yearmonth(day)&y=mean(amount)&title=How it went",
        "mark=histogram&x=bin(amount,10)&y=count()",
        "mark=scatter&x=amount&y=heads&color=kind&size=heads",
        "mark=map&longitude=lon&latitude=lat",
        "mark=pie&theta=count()&color=state",
        "mark=heat-map&x=month(day)&y=year(day)&color=mean(amount)&state__in=Iowa,Utah",
        "mark=key-figure&text=distinct(state)",
    ] {
        let spec = spec(address);
        let text: Vec<String> = spec.to_pairs().iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(text.join("&"), address);
        let json = spec.to_json(Some("/rows.csv?state__in=Iowa%2CUtah"));
        let again = Spec::from_value(&json).unwrap();
        assert_eq!(again.kind, spec.kind, "{json}");
        assert_eq!(again.channels(), spec.channels(), "{json}");
        assert_eq!(again.filters, [("state__in".to_owned(), "Iowa,Utah".to_owned())]);
    }
}

#[test]
fn vega_lite_of_others_is_read() {
    let text = json!({
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": "Money"},
        "data": {"url": "https://data.example/api/tables/t/rows.csv?_select=state&kind=a%20b"},
        "mark": {"type": "bar", "tooltip": true},
        "encoding": {
            "y": {"field": "state", "type": "nominal", "sort": "-x", "axis": {"title": "State"}},
            "x": {"field": "amount", "aggregate": "average", "type": "quantitative", "axis": {"format": "$,.2f"}},
            "tooltip": [{"field": "state"}],
            "row": {"field": "kind"}
        },
        "params": [{"name": "pick", "select": "point"}]
    });
    let spec = Spec::from_json(&text.to_string()).unwrap();
    assert_eq!((spec.kind, spec.title.as_deref()), (Kind::Bar, Some("Money")));
    assert_eq!(spec.x.as_ref().unwrap().aggregate, Some(Aggregate::Mean));
    assert_eq!(spec.filters, [("kind".to_owned(), "a b".to_owned())]);
    assert_eq!(spec.beyond, ["the channel `tooltip`", "the channel `row`", "`params`"]);
}

#[test]
fn what_can_not_be_read_says_why() {
    for (text, said) in [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ("{\"layer\": []}", "composed with `layer`"),
        ("{\"mark\": \"bar\"}", "no `encoding`"),
        ("{\"mark\": \"geoshape\", \"encoding\": {}}", "the mark `geoshape` can't be drawn"),
        ("{\"encoding\": {}}", "no `mark`"),
    ] {
        let problem = Spec::from_json(text).unwrap_err();
        assert!(problem.message.contains(said), "{text}: {problem}");
    }
}

#[test]
fn what_does_not_fit_the_columns_says_why() {
    for (address, said) in [
        ("mark=bar&y=states&x=count()", "no column `states`"),
        ("mark=bar&y=state&x=sum(kind)", "`kind` holds text, so it has no sum"),
        ("mark=scatter&x=state&y=amount", "no place on an axis"),
        ("mark=scatter&x=amount", "no column for `y`"),
        ("mark=map&longitude=lon", "no `latitude`"),
        ("mark=line&x=year(state)", "can't be rounded to times"),
        ("mark=heat-map&x=state", "no `y`"),
        ("mark=pie", "no parts"),
        ("mark=bar", "no categories"),
    ] {
        let problem = Plan::new(&spec(address), &fields()).unwrap_err();
        assert!(problem.message.contains(said), "{address}: {problem}");
        assert!(problem.hint.is_some());
    }
}

#[test]
fn a_chart_is_one_question() {
    let plan = Plan::new(&spec("mark=bar&y=state&x=sum(amount)&color=kind"), &fields()).unwrap();
    let names: Vec<&str> = plan.outputs.iter().map(|output| output.name.as_str()).collect();
    assert_eq!(names, ["state", "kind", "sum_amount"]);
    assert_eq!((plan.is_grouped(), plan.limit, plan.order.first()), (true, 10_000, Some(&(2, true))));
    let plan = Plan::new(&spec("mark=scatter&x=amount&y=amount&size=heads"), &fields()).unwrap();
    assert_eq!((plan.outputs.len(), plan.is_grouped(), plan.limit), (2, false, 5_000));
    assert_eq!(plan.required, ["amount", "heads"]);
    let plan = Plan::new(&spec("mark=histogram&x=heads"), &fields()).unwrap();
    assert_eq!(plan.outputs[0].source, Source::Range { column: "heads".into(), start: 1.0, step: 1.0 });
}

#[test]
fn charts_are_suggested_that_can_be_drawn() {
    let suggested = suggest(&fields());
    let kinds: Vec<Kind> = suggested.iter().map(|one| one.spec.kind).collect();
    for kind in
        [Kind::Line, Kind::Map, Kind::Bar, Kind::Histogram, Kind::StackedBar, Kind::Scatter, Kind::Pie]
    {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert_eq!(suggest(&[])[0].title, "Rows");
}

#[test]
fn a_browser_explores_rows_or_where_they_are_too_many_the_answer() {
    let plan = Plan::new(&spec("mark=line&x=yearmonth(day)&y=sum(amount)"), &fields()).unwrap();
    let rows = explore(&plan, "/rows.csv", None);
    assert_eq!(rows["data"]["url"], "/rows.csv");
    assert_eq!(rows["encoding"]["x"]["timeUnit"], "yearmonth");
    assert_eq!(rows["encoding"]["y"]["aggregate"], "sum");
    let answer = explore(&plan, "/rows.csv", Some("/chart.csv"));
    assert_eq!(answer["data"]["url"], "/chart.csv");
    assert_eq!(answer["encoding"]["y"]["field"], "sum_amount");
    assert_eq!(answer["encoding"]["y"].get("aggregate"), None::<&Value>);
    let plan = Plan::new(&spec("mark=map&longitude=lon&latitude=lat"), &fields()).unwrap();
    let map = explore(&plan, "/rows.csv", None);
    assert_eq!((&map["layer"][1]["data"]["url"], map.get("mark")), (&json!("/rows.csv"), None));
}
