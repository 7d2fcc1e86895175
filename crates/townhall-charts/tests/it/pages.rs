//! Page documents.

use townhall_charts::{DataPage, Pane};

use crate::support::fields;

const PAGE: &str = "
title: Money by state
description: What was *spent*.
roles:
  title: state
  latitude: lat
  longitude: lon
  currency: [amount]
panes:
  - markdown: |
      Where the money goes.
  - title: Spending
    chart:
      mark: bar
      encoding:
        y: {field: state, sort: -x}
        x: {field: amount, aggregate: sum}
  - on: false
    chart: {mark: arc, encoding: {color: {field: kind}}}
filters:
  - {column: kind, as: list}
  - {column: state}
summary: {columns: [state, amount], sort: -amount}
detail: {wide: [state]}
downloads: [csv, json]
";

#[test]
fn a_page_is_read_checked_and_written_again() {
    let page = DataPage::read(PAGE).unwrap();
    page.check(&fields()).unwrap();
    assert_eq!(page.filters[1].form, "text");
    assert_eq!(page.panes.iter().map(|pane| pane.on).collect::<Vec<_>>(), [true, true, false]);
    assert!(page.summary.on && page.detail.on && page.detail.map);
    let again = DataPage::read(&page.written().unwrap()).unwrap();
    assert_eq!(again, page);
    let json = serde_json::to_string(&page).unwrap();
    assert_eq!(DataPage::read(&json).unwrap(), page);
}

#[test]
fn a_page_to_begin_with_is_one_that_can_be_kept() {
    let draft = DataPage::draft("Money", &fields());
    draft.check(&fields()).unwrap();
    assert!(!draft.panes.is_empty());
    assert_eq!(DataPage::read(&draft.written().unwrap()).unwrap(), draft);
}

#[test]
fn what_is_wrong_with_a_page_is_said() {
    let check = |change: fn(&mut DataPage), said: &str| {
        let mut page = DataPage::read(PAGE).unwrap();
        change(&mut page);
        let problem = page.check(&fields()).unwrap_err();
        assert!(problem.message.contains(said), "{problem}");
        assert!(problem.hint.is_some());
    };
    check(|page| page.title.clear(), "no `title`");
    check(|page| page.roles.latitude = Some("state".into()), "`latitude` names `state`, which holds text");
    check(|page| page.filters[0].column = "x".into(), "`filters` names `x`");
    check(|page| page.filters[0].form = "menu".into(), "is `as: menu`");
    check(|page| page.downloads.push("docx".into()), "`docx`");
    check(|page| page.panes.push(Pane::default()), "pane 4: it is neither");
    check(
        |page| page.panes[1].chart = Some(serde_json::json!({"mark": "bar"})),
        "pane 2: the specification has no",
    );
    for (text, said) in [("title: [", "can't be read"), ("titel: x", "titel")] {
        let problem = DataPage::read(text).unwrap_err();
        assert!(problem.message.contains(said), "{problem}");
    }
}
