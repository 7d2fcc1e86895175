//! What templates can call beyond what the engine brings along.

use std::sync::Arc;

use jiff::Timestamp;
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind};

use super::assets::Assets;
use super::words::Day;
use super::{drawing, links, markdown, words};

/// Adds all of them to an environment.
pub(crate) fn add(env: &mut Environment<'static>, assets: Arc<Assets>, css_url: Option<String>) {
    env.add_filter("number", number);
    env.add_filter("bytes", words::bytes);
    env.add_filter("plural", plural);
    env.add_filter("plain_date", |text: &str| Day::read(text).map_or_else(|| text.to_owned(), Day::in_words));
    env.add_test("date", |text: &str| Day::read(text).is_some());
    env.add_filter("moment", moment);
    env.add_filter("ago", ago);
    env.add_filter("excerpt", |text: &str, chars: usize| words::excerpt(text, chars));
    env.add_filter("markdown", |text: &str, level: Option<u8>| {
        Value::from_safe_string(markdown::to_html(text, level.unwrap_or(3)))
    });
    env.add_filter("message", |text: &str| Value::from_safe_string(townhall_app::message_as_html(text)));
    env.add_filter("drawing", |text: &str| Value::from_safe_string(drawing::checked(text)));
    env.add_filter("plain_text", markdown::to_text);
    env.add_filter("safe_url", links::safe_url);
    env.add_filter("href", |text: &str| links::safe_url(text).unwrap_or_default());
    env.add_test("external", links::is_external);
    env.add_filter("component", links::component);
    env.add_function("with_query", with_query);
    env.add_function("theme_css", move || css_url.clone());
    let files = Arc::clone(&assets);
    env.add_function("asset", move |name: &str| {
        files
            .url(name)
            .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("no asset is named `{name}`")))
    });
    env.add_function("has_icon", move |name: &str| assets.has_icon(name));
}

/// `{{ 1234|number }}`: `1,234`.
fn number(value: Value) -> Result<String, Error> {
    if let Ok(whole) = u64::try_from(value.clone()) {
        return Ok(words::grouped(whole));
    }
    f64::try_from(value).map(words::number)
}

/// `{{ 3|plural("row", "rows") }}`: `3 rows`.
fn plural(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", words::grouped(count)) }
}

/// `{{ "2025-03-03T14:05:00Z"|moment }}`: `March 3, 2025, 14:05 UTC`; what is no time stays as it is.
fn moment(text: &str) -> String {
    let Ok(time) = text.parse::<Timestamp>() else { return text.to_owned() };
    let time = time.to_zoned(jiff::tz::TimeZone::UTC);
    let day = Day::read(&time.date().to_string()).map(Day::in_words).unwrap_or_default();
    format!("{day}, {}", time.strftime("%H:%M UTC"))
}

/// `{{ "2025-03-03"|ago(page.now) }}`: `3 days ago`, or nothing.
fn ago(text: &str, now: &str) -> Option<String> {
    words::ago(text, now.parse::<Timestamp>().ok()?)
}

/// `{{ with_query(page.path, sort="title", page=none) }}`: the path with its query changed.
fn with_query(path: &str, changes: Kwargs) -> Result<String, Error> {
    let mut pairs = Vec::new();
    for name in changes.args() {
        let value: Value = changes.peek(name)?;
        let text = (!value.is_none() && !value.is_undefined()).then(|| value.to_string());
        pairs.push((name, text));
    }
    Ok(links::with_query(path, pairs))
}
