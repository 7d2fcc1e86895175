//! Walking by cursor gives every row once, in the order of the whole, whatever the sort, the ties and the gaps.

use crate::support::{CITIES, City, cities, fixture};

#[tokio::test]
async fn a_walk_gives_every_row_exactly_once() {
    let many: Vec<City> = CITIES.iter().cycle().take(60).copied().collect();
    let table = fixture(&many, 7);
    for sort in ["", "people", "-people", "state,-area", "-founded,city", "city,-people,area"] {
        let question = if sort.is_empty() { String::new() } else { format!("_sort={sort}") };
        let whole = table.rows(&format!("{question}&_limit=1000")).await;
        assert_eq!(whole.len(), 60);
        let mut walked = Vec::new();
        let mut cursor = String::new();
        let last = loop {
            let page = table.ask(&format!("{question}&_limit=7{cursor}")).await.unwrap();
            assert_eq!(page.offset, walked.len() as u64);
            assert_eq!(page.previous.is_some(), !walked.is_empty());
            walked.extend(page.numbers.iter().copied());
            match &page.next {
                Some(next) => cursor = format!("&_cursor={next}"),
                None => break page,
            }
        };
        assert_eq!(walked, whole, "sorted by {sort:?}");

        let mut back: Vec<_> = last.numbers.iter().rev().copied().collect();
        let mut previous = last.previous.clone();
        while let Some(cursor) = previous {
            let page = table.ask(&format!("{question}&_limit=7&_cursor={cursor}")).await.unwrap();
            back.extend(page.numbers.iter().rev());
            assert_eq!(page.offset, (60 - back.len()) as u64);
            assert!(page.next.is_some());
            previous = page.previous.clone();
        }
        back.reverse();
        assert_eq!(back, whole, "walked back, sorted by {sort:?}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_question_or_version_is_refused() {
    let mut cities = cities();
    let next = cities.ask("_sort=people&_limit=2").await.unwrap().next.clone().unwrap();
    for question in [
        format!("_sort=-people&_cursor={next}"),
        format!("_sort=people&state=MD&_cursor={next}"),
        "_cursor=zz".into(),
    ] {
        let error = cities.ask(&question).await.unwrap_err();
        assert!(error.to_string().contains("_cursor"), "{error}");
    }
    cities.table.version = 2;
    let error = cities.ask(&format!("_sort=people&_cursor={next}")).await.unwrap_err();
    assert!(error.hint().unwrap().contains("_as_of=1"), "{error}");
}
