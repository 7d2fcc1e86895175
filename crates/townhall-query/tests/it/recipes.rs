//! What each step of a recipe makes of rows.

use crate::shelf::Shelf;

const PERMITS: &str = "id:integer|Full name|fee|zip|kind|day
1|Ann Lee|1.200,50|20001|A|31/12/2020
2|Bo Ray|free|20002|B|01/02/2021
3|∅|30|20001|A|soon
4|Cy Doe|∅|20009|C|15/06/2021";

const TOWNS: &str = "code:integer|town
20002|Bree
20001|Arden
20001|Arden again";

fn shelf() -> Shelf {
    Shelf::of(&[("permits", PERMITS), ("towns", TOWNS)])
}

async fn cooked(steps: &str) -> String {
    let (text, lost) = shelf().cook(&yaml(steps)).await.unwrap_or_else(|error| panic!("{steps}: {error}"));
    assert!(lost.is_empty(), "{steps}: {lost:?}");
    text
}

fn yaml(steps: &str) -> String {
    format!("name: r\nfrom: permits\nsteps:\n{steps}")
}

#[tokio::test]
async fn each_step_makes_what_it_says() {
    for (steps, expected) in [
        ("- keep: [id, zip]\n- rows: {from: 2, to: 3}", "id | zip\n2 | 20002\n3 | 20001"),
        ("- drop: [Full name, fee, zip, day]\n- rows: {to: 1}", "id | kind\n1 | A"),
        (
            "- rename: {Full name: name, id: number}\n- keep: [name, number]\n- rows: {to: 1}",
            "name | number\nAnn Lee | 1",
        ),
        (
            "- keep: [kind]\n- replace: {column: kind, pattern: '([AB])', with: '<$1$$>'}",
            "kind\n<A$>\n<B$>\n<A$>\nC",
        ),
        (
            "- split: {column: Full name, by: ' ', into: [first, last]}\n- keep: [first, last]",
            "first | last\nAnn | Lee\nBo | Ray\n∅ | ∅\nCy | Doe",
        ),
        (
            "- codes: {column: kind, map: {A: Alarm, B: Build}, into: what, otherwise: other}\n- keep: [kind, what]",
            "kind | what\nA | Alarm\nB | Build\nA | Alarm\nC | other",
        ),
        (
            "- default: {fee: 0, Full name: nobody}\n- keep: [Full name, fee]\n- rows: {from: 3}",
            "Full name | fee\nnobody | 30\nCy Doe | 0",
        ),
        (
            "- derive: {twice: id * 2, id: id + 10}\n- keep: [id, twice]\n- rows: {to: 2}",
            "id | twice\n11 | 2\n12 | 4",
        ),
        ("- filter: kind = 'A' and id > 1\n- keep: [id]", "id\n3"),
        ("- distinct: {by: [kind]}", "kind\nA\nB\nC"),
        (
            "- group: {by: [kind], compute: {n: count(*), last: max(id)}}",
            "kind | n | last\nA | 2 | 3\nB | 1 | 2\nC | 1 | 4",
        ),
        ("- sort: kind desc, id desc\n- keep: [id]", "id\n4\n2\n3\n1"),
        ("- sort: kind\n- rows: {to: 3}\n- keep: [id]", "id\n1\n3\n2"),
        (
            "- join: {table: towns, on: {zip: code}, take: {town: town}}\n- keep: [id, town]",
            "id | town\n1 | Arden\n1 | Arden again\n2 | Bree\n3 | Arden\n3 | Arden again\n4 | ∅",
        ),
        (
            "- join: {table: towns, on: {zip: code}, take: {town: where}, kind: inner}\n- filter: id > 1\n- keep: [id, where]",
            "id | where\n2 | Bree\n3 | Arden\n3 | Arden again",
        ),
        (
            "- sort: id desc\n- join: {table: towns, on: {zip: code}, take: {town: town}}\n- rows: {to: 3}\n- keep: [id, town]",
            "id | town\n4 | ∅\n3 | Arden\n3 | Arden again",
        ),
    ] {
        assert_eq!(cooked(steps).await, expected, "{steps}");
    }
}

#[tokio::test]
async fn casts_keep_what_does_not_fit() {
    let steps = "- cast: {fee: {type: number, decimal: ','}, day: {type: date, format: '%d/%m/%Y'}, zip: integer}\n\
                 - filter: id > 1\n- rename: {fee: price}\n- keep: [id, price, zip, day]";
    let (text, lost) = shelf().cook(&yaml(steps)).await.unwrap();
    assert_eq!(
        text,
        "id | price | zip | day\n2 | ∅ | 20002 | 2021-02-01\n3 | 30.0 | 20001 | ∅\n4 | ∅ | 20009 | 2021-06-15"
    );
    let told: Vec<String> = lost
        .iter()
        .map(|cell| {
            format!("{} {} {}: {}", cell.row, cell.column.as_deref().unwrap(), cell.value, cell.reason)
        })
        .collect();
    assert_eq!(told, ["1 price free: not a number", "2 day soon: not a date of the form %d/%m/%Y"]);
}

#[tokio::test]
async fn cells_that_groups_swallow_are_kept_with_their_row() {
    let steps = "- cast: {fee: {type: number, decimal: ',', missing: [free]}, day: {type: date, format: '%d/%m/%Y'}}\n\
                 - group: {by: [kind], compute: {fees: sum(fee)}}";
    let (text, lost) = shelf().cook(&yaml(steps)).await.unwrap();
    assert_eq!(text, "kind | fees\nA | 1230.5\nB | ∅\nC | ∅");
    assert_eq!(lost.len(), 1);
    assert_eq!((lost[0].row, lost[0].value.as_str()), (3, "soon"));
    assert!(lost[0].reason.contains("before step 2"), "{}", lost[0].reason);
}

#[tokio::test]
async fn a_sentinel_is_neither_lost_nor_summed() {
    let shelf = shelf().with_sentinels("permits", "fee", &["free"]);
    let steps = "- cast: {fee: {type: number, decimal: ','}}\n- group: {by: [], compute: {fees: sum(fee)}}";
    let (text, lost) = shelf.cook(&yaml(steps)).await.unwrap();
    assert_eq!((text.as_str(), lost.len()), ("fees\n1230.5", 0));
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_step() {
    for (steps, expected) in [
        ("- keep: [idd]", "step 1 (keep): there is no column `idd` (did you mean `id`?)"),
        ("- trim: [id]", "holds values of type integer, not text"),
        ("- drop: [id]\n- filter: id > 1", "step 2 (filter)"),
        ("- join: {table: nowhere, on: {zip: code}, take: {}}", "there is no table `nowhere`"),
        ("- join: {table: towns, on: {zip: code}, take: {town: kind}}", "there is a column `kind` already"),
        ("- group: {by: [kind], compute: {n: id + 1}}", "is not computed of groups"),
        ("- derive: {n: count(*)}", "use the step `group`"),
        ("- rename: {id: kind}", "two columns would be called `kind`"),
        ("- cast: {id: date}", "say how they are written"),
        ("- dance: [id]", "dance"),
        ("- replace: {column: kind, pattern: a, with: '\\1'}", "backslash"),
        ("- rows: {from: 3, to: 2}", "`to` stands before `from`"),
    ] {
        let error = shelf().cook(&yaml(steps)).await.unwrap_err();
        assert!(error.contains(expected), "{steps}: {error}");
    }
    let error = shelf().cook("name: Bad Name\nfrom: permits\nsteps: []").await.unwrap_err();
    assert!(error.contains("small letters") || error.contains("can't be its name"), "{error}");
}

#[test]
fn a_recipe_is_written_as_it_is_read() {
    let text = yaml("- derive: {b: id, a: id}\n- cast: {id: text}\n- sort: id");
    let recipe = townhall_query::recipe::Recipe::read(&text).unwrap();
    let json = serde_json::to_value(&recipe).unwrap();
    assert_eq!(json["steps"][0]["derive"].as_object().unwrap().len(), 2);
    let again: townhall_query::recipe::Recipe = serde_json::from_value(json).unwrap();
    assert_eq!(again.steps, recipe.steps);
}
