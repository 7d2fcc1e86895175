//! Descriptions as they come (markdown, HTML, both, neither) to HTML that can do no harm.
//!
//! The text is rendered and sanitised each time it is shown; what is stored stays as the publisher wrote it.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use comrak::nodes::NodeValue;
use comrak::{Arena, Options, format_html, parse_document};

use super::limits::{MARKDOWN_BYTES_MAX, MARKDOWN_HEADING_LEVEL_MAX};

/// Elements that may stand in a description.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "dl",
    "dt",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Elements that go together with all that is in them.
const GONE: &[&str] = &[
    "script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math", "textarea",
    "select",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(GONE.iter().copied().collect())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("abbr", HashSet::from(["title"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "ftp"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow noopener noreferrer"))
        .strip_comments(true);
    builder
});

/// Renders markdown or HTML and lets through only what is harmless. Headings begin at `level` and leave no gap.
pub fn to_html(text: &str, level: u8) -> String {
    let text = cut(text, MARKDOWN_BYTES_MAX);
    let arena = Arena::new();
    let options = options();
    let root = parse_document(&arena, text, &options);
    let mut open: Vec<u8> = Vec::new();
    for node in root.descendants() {
        match &mut node.data_mut().value {
            NodeValue::Heading(heading) => {
                open.retain(|outer| *outer < heading.level);
                open.push(heading.level);
                let depth = u8::try_from(open.len() - 1).unwrap_or(u8::MAX);
                heading.level = level.saturating_add(depth).min(MARKDOWN_HEADING_LEVEL_MAX);
            }
            NodeValue::HtmlBlock(block) => block.literal = flatten_headings(&block.literal),
            NodeValue::HtmlInline(literal) => *literal = flatten_headings(literal),
            _ => {}
        }
    }
    let mut html = String::new();
    if format_html(root, &options, &mut html).is_err() {
        return String::new();
    }
    CLEANER.clean(&html).to_string()
}

/// The text alone, in one line, for summaries and previews.
pub fn to_text(text: &str) -> String {
    let html = to_html(text, 3).replace("</p>", " </p>").replace("<br>", " ").replace("</li>", " </li>");
    let bare = Builder::empty().clean(&html).to_string();
    let plain = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.render.r#unsafe = true;
    options
}

/// Headings written as HTML become paragraphs: their levels would tear the outline of the page.
fn flatten_headings(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (head, tail) = rest.split_at(at + 1);
        out.push_str(head);
        let slash = usize::from(tail.starts_with('/'));
        let (slash, name) = tail.split_at(slash);
        out.push_str(slash);
        rest = match name.as_bytes() {
            [b'h' | b'H', b'1'..=b'6', end, ..] if !end.is_ascii_alphanumeric() => {
                out.push('p');
                &name[2..]
            }
            _ => name,
        };
    }
    out.push_str(rest);
    out
}

/// The longest beginning of at most so many bytes that ends between characters.
fn cut(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}
