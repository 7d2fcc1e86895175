//! Code to copy: the same question to the API in four languages.

use crate::pages::views::Snippet;

/// The address of an API question as curl, Python, R and JavaScript would ask it. The address stands inside quotes in
/// each language, so quotes, backslashes and dollar signs in it are percent-encoded first.
pub fn of_rows(url: &str) -> Vec<Snippet> {
    let url = quotable(url);
    let csv = url.replacen("/rows", "/rows.csv", 1);
    [
        ("curl", format!("curl '{url}'")),
        (
            "Python",
            format!(
                "import pandas\n\nrows = pandas.read_csv(\"{csv}\", dtype_backend=\"pyarrow\")\nprint(rows.head())"
            ),
        ),
        ("R", format!("rows <- read.csv(\"{csv}\")\nhead(rows)")),
        (
            "JavaScript",
            format!("const answer = await fetch(\"{url}\");\nconst {{ data, meta }} = await answer.json();\nconsole.table(data);"),
        ),
    ]
    .map(|(language, code)| Snippet { language: language.into(), code })
    .into()
}

/// The address of a JSON document in the same languages.
pub fn of_json(url: &str) -> Vec<Snippet> {
    let url = quotable(url);
    [
        ("curl", format!("curl '{url}'")),
        ("Python", format!("import requests\n\nanswer = requests.get(\"{url}\").json()\nprint(answer)")),
        ("R", format!("answer <- jsonlite::fromJSON(\"{url}\")\nstr(answer)")),
        ("JavaScript", format!("const answer = await fetch(\"{url}\");\nconsole.log(await answer.json());")),
    ]
    .map(|(language, code)| Snippet { language: language.into(), code })
    .into()
}

fn quotable(url: &str) -> String {
    url.replace('\'', "%27").replace('"', "%22").replace('\\', "%5C").replace('$', "%24")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_can_not_break_out_of_its_quotes() {
        for snippet in
            of_rows("http://x/api/tables/1/rows?a='; rm -rf \"$HOME\"").iter().chain(&of_json("'\"$(x)"))
        {
            assert!(!snippet.code.contains("; rm -rf \"$"), "{}", snippet.code);
            assert!(!snippet.code.contains("$("), "{}", snippet.code);
        }
    }
}
