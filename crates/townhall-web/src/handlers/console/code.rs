//! The same call in the languages that people ask from. Every value stands in quotes of its language, escaped as that wants.

use serde_json::json;
use townhall_app::api::{Call, Key, Place};

use crate::pages::views::Snippet;

/// What stands in the place of a key: the key itself is nobody's business.
const PLACEHOLDER: &str = "YOUR_KEY";

/// The call as curl, Python, R and JavaScript make it.
pub fn of(call: &Call, base: &str, key: Option<&Key>) -> Vec<Snippet> {
    let mut url = format!("{base}{}", call.target);
    let mut headers = call.headers.clone();
    if let Some(key) = key {
        match key.place {
            Place::Header => headers.push((key.name.clone(), format!("{}{PLACEHOLDER}", key.prefix))),
            _ => {
                let mark = if url.contains('?') { '&' } else { '?' };
                let pair = url::form_urlencoded::Serializer::new(String::new())
                    .append_pair(&key.name, PLACEHOLDER)
                    .finish();
                url.push(mark);
                url.push_str(&pair);
            }
        }
    }
    let body = call.body.as_ref().map(|(kind, text)| {
        headers.push(("Content-Type".to_owned(), kind.clone()));
        text.clone()
    });
    let asked = Asked { method: &call.method, url: &url, headers: &headers, body: body.as_deref() };
    [("curl", asked.curl()), ("Python", asked.python()), ("R", asked.r()), ("JavaScript", asked.javascript())]
        .map(|(language, code)| Snippet { language: language.to_owned(), code })
        .into()
}

struct Asked<'a> {
    method: &'a str,
    url: &'a str,
    headers: &'a [(String, String)],
    body: Option<&'a str>,
}

impl Asked<'_> {
    fn curl(&self) -> String {
        let mut parts = vec!["curl".to_owned()];
        match self.method {
            "GET" => {}
            "HEAD" => parts.push("--head".to_owned()),
            method => parts.push(format!("--request {method}")),
        }
        parts.push(shell(self.url));
        parts.extend(
            self.headers
                .iter()
                .map(|(name, value)| format!("--header {}", shell(&format!("{name}: {value}")))),
        );
        parts.extend(self.body.map(|body| format!("--data-binary {}", shell(body))));
        parts.join(" \\\n  ").replacen(" \\\n  ", " ", 1)
    }

    fn python(&self) -> String {
        let mut call = format!("requests.request({}, {}", quoted(self.method), quoted(self.url));
        if self.method == "GET" {
            call = format!("requests.get({}", quoted(self.url));
        }
        if !self.headers.is_empty() {
            let pairs =
                self.headers.iter().map(|(name, value)| format!("{}: {}", quoted(name), quoted(value)));
            call.push_str(&format!(", headers={{{}}}", pairs.collect::<Vec<_>>().join(", ")));
        }
        if let Some(body) = self.body {
            call.push_str(&format!(", data={}.encode()", quoted(body)));
        }
        format!("import requests\n\nanswer = {call})\nprint(answer.status_code)\nprint(answer.text)")
    }

    fn r(&self) -> String {
        let mut lines = vec![format!("request({})", quoted(self.url))];
        if self.method != "GET" {
            lines.push(format!("req_method({})", quoted(self.method)));
        }
        for (name, value) in self.headers {
            lines.push(format!("req_headers({} = {})", backticks(name), quoted(value)));
        }
        if let Some(body) = self.body {
            lines.push(format!("req_body_raw({})", quoted(body)));
        }
        lines.push("req_perform()".to_owned());
        format!("library(httr2)\n\nanswer <- {}\ncat(resp_body_string(answer))", lines.join(" |>\n  "))
    }

    fn javascript(&self) -> String {
        let mut options = Vec::new();
        if self.method != "GET" {
            options.push(format!("method: {}", quoted(self.method)));
        }
        if !self.headers.is_empty() {
            let pairs =
                self.headers.iter().map(|(name, value)| format!("{}: {}", quoted(name), quoted(value)));
            options.push(format!("headers: {{ {} }}", pairs.collect::<Vec<_>>().join(", ")));
        }
        options.extend(self.body.map(|body| format!("body: {}", quoted(body))));
        let options = match options.is_empty() {
            true => String::new(),
            false => format!(", {{\n  {},\n}}", options.join(",\n  ")),
        };
        format!(
            "const answer = await fetch({}{options});\nconsole.log(answer.status, await answer.text());",
            quoted(self.url)
        )
    }
}

/// A text in the single quotes of a shell, where nothing in it means anything.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A text in double quotes: JSON's escapes are those of Python, R and JavaScript as well.
fn quoted(text: &str) -> String {
    json!(text).to_string()
}

/// A name of an argument in R.
fn backticks(name: &str) -> String {
    format!("`{}`", name.replace(['`', '\\'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_its_quotes() {
        let call = Call {
            method: "POST".to_owned(),
            target: "/a?b='$(id)".to_owned(),
            headers: vec![("X".to_owned(), "'; rm -rf \"$HOME\"".to_owned())],
            body: Some(("application/json".to_owned(), "{\"a\": \"it's\"}".to_owned())),
        };
        let codes = of(&call, "https://example.gov", None);
        assert_eq!(
            codes[0].code,
            "curl --request POST \\\n  'https://example.gov/a?b='\\''$(id)' \\\n  --header 'X: '\\''; rm -rf \"$HOME\"' \\\n  \
             --header 'Content-Type: application/json' \\\n  --data-binary '{\"a\": \"it'\\''s\"}'"
        );
        for snippet in &codes[1..] {
            assert!(snippet.code.contains(r#""'; rm -rf \"$HOME\"""#), "{}", snippet.code);
        }
    }
}
