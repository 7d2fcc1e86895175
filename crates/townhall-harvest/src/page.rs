//! Reads what a page of HTML says of itself and where it leads, in one pass and bounded memory.

use std::cell::RefCell;

use lol_html::html_content::{Element, TextChunk};
use lol_html::{ElementContentHandlers, HtmlRewriter, MemorySettings, Selector, Settings};
use url::Url;

use crate::limits::{LINK_TEXT_CHARACTERS_MAX, PAGE_LINKS_MAX, PAGE_PARSER_BYTES_MAX};

/// What was read of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// Its first heading.
    pub heading: String,
    /// How it describes itself to search engines.
    pub description: String,
    /// Whether it asks for a password.
    pub asks_password: bool,
    /// Whether it asks programs not to follow its links.
    pub is_nofollow: bool,
    /// Where it leads by itself after a moment.
    pub refresh: Option<Url>,
    /// Where it leads.
    pub links: Vec<PageLink>,
    /// Whether there were more links than are kept.
    pub is_cut: bool,
}

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLink {
    /// Where to, without a fragment.
    pub url: Url,
    /// The words that are clicked on.
    pub text: String,
}

/// What is gathered while the page goes by.
#[derive(Default)]
struct Gathered {
    page: Page,
    base: Option<Url>,
    /// Whether the heading is over: the first one counts.
    heading_is_over: bool,
    title_is_over: bool,
    /// Whether the words of a link belong to the last one that was kept.
    in_link: bool,
}

/// Reads a page that was found at an address.
pub fn read_page(html: &[u8], at: &Url) -> Page {
    let gathered = RefCell::new(Gathered::default());
    // The handlers of one selector each; they only ever run one after the other.
    let handlers = [
        (
            "base[href]",
            element(&gathered, |known, found| {
                let base = found.get_attribute("href").and_then(|base| at.join(unescaped(&base).trim()).ok());
                known.base = known.base.take().or(base);
            }),
        ),
        (
            "title",
            text(&gathered, |known, words, is_last| {
                if !known.title_is_over {
                    push(&mut known.page.title, words);
                    known.title_is_over = is_last;
                }
            }),
        ),
        (
            "h1",
            text(&gathered, |known, words, _| {
                if !known.heading_is_over {
                    push(&mut known.page.heading, words);
                }
            }),
        ),
        (
            "h1",
            element(&gathered, |known, _| {
                known.heading_is_over |= !known.page.heading.trim().is_empty();
            }),
        ),
        ("meta[content]", element(&gathered, |known, found| meta(known, found, at))),
        ("input[type=password i]", element(&gathered, |known, _| known.page.asks_password = true)),
        (
            "a[href], area[href], iframe[src], frame[src]",
            element(&gathered, |known, found| link(known, found, at)),
        ),
        (
            "a[href]",
            text(&gathered, |known, words, _| {
                if known.in_link
                    && let Some(last) = known.page.links.last_mut()
                {
                    push(&mut last.text, words);
                }
            }),
        ),
    ];
    let mut settings = Settings::new()
        .with_strict(false)
        .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(PAGE_PARSER_BYTES_MAX));
    for (selector, handler) in handlers {
        let selector: Selector = selector.parse().expect("the selectors are ours");
        settings = settings.append_element_content_handler((std::borrow::Cow::Owned(selector), handler));
    }
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    // What can't be parsed any more ends the page; what was read until then counts.
    if rewriter.write(html).is_ok() {
        let _ = rewriter.end();
    } else {
        drop(rewriter);
    }
    let mut page = gathered.into_inner().page;
    for words in [&mut page.title, &mut page.heading, &mut page.description] {
        *words = tidy(words);
    }
    for link in &mut page.links {
        link.text = tidy(&link.text);
    }
    page
}

fn element<'h>(
    gathered: &'h RefCell<Gathered>,
    mut gather: impl FnMut(&mut Gathered, &mut Element<'_, '_>) + 'h,
) -> ElementContentHandlers<'h> {
    ElementContentHandlers::default().element(move |found: &mut Element<'_, '_>| {
        gather(&mut gathered.borrow_mut(), found);
        Ok(())
    })
}

fn text<'h>(
    gathered: &'h RefCell<Gathered>,
    mut gather: impl FnMut(&mut Gathered, &str, bool) + 'h,
) -> ElementContentHandlers<'h> {
    ElementContentHandlers::default().text(move |chunk: &mut TextChunk<'_>| {
        gather(&mut gathered.borrow_mut(), chunk.as_str(), chunk.last_in_text_node());
        Ok(())
    })
}

fn meta(known: &mut Gathered, found: &Element<'_, '_>, at: &Url) {
    let content = found.get_attribute("content").unwrap_or_default();
    let attribute = |name: &str| found.get_attribute(name).unwrap_or_default().to_ascii_lowercase();
    let (name, equivalent) = (attribute("name"), attribute("http-equiv"));
    if name == "description"
        || (attribute("property") == "og:description" && known.page.description.is_empty())
    {
        known.page.description.clear();
        push(&mut known.page.description, &content);
    } else if name == "robots" {
        known.page.is_nofollow = content.to_ascii_lowercase().contains("nofollow");
    } else if equivalent == "refresh" {
        let target = content.to_ascii_lowercase().find("url=").map(|start| &content[start + 4..]);
        let target = target.map(|target| unescaped(target.trim().trim_matches(['\'', '"'])));
        known.page.refresh = target.and_then(|target| at.join(&target).ok()).filter(|url| url != at);
    }
}

fn link(known: &mut Gathered, found: &Element<'_, '_>, at: &Url) {
    known.in_link = false;
    let href = found.get_attribute("href").or_else(|| found.get_attribute("src")).unwrap_or_default();
    let base = known.base.as_ref().unwrap_or(at);
    let Ok(mut url) = base.join(unescaped(&href).trim()) else { return };
    if !matches!(url.scheme(), "http" | "https") {
        return;
    }
    let nofollow = |rel: String| rel.to_ascii_lowercase().split_whitespace().any(|word| word == "nofollow");
    if found.get_attribute("rel").is_some_and(nofollow) {
        return;
    }
    if known.page.links.len() >= PAGE_LINKS_MAX {
        known.page.is_cut = true;
        return;
    }
    url.set_fragment(None);
    let title = found.get_attribute("title").or_else(|| found.get_attribute("aria-label"));
    known.page.links.push(PageLink { url, text: String::new() });
    known.in_link = true;
    if let Some(last) = known.page.links.last_mut()
        && found.tag_name() != "a"
    {
        last.text = title.unwrap_or_default();
    }
}

/// Adds words as long as there is room for them; twice as many, because they are not tidied yet.
fn push(to: &mut String, words: &str) {
    if to.len() < LINK_TEXT_CHARACTERS_MAX * 8 {
        to.extend(words.chars().take(LINK_TEXT_CHARACTERS_MAX * 2));
    }
}

/// A text in one line, without the escapes of HTML, of bounded length.
fn tidy(text: &str) -> String {
    let text = unescaped(text);
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() >= LINK_TEXT_CHARACTERS_MAX {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A text with the usual escapes of HTML resolved.
pub(crate) fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.char_indices().take(12).find(|(_, character)| *character == ';').map(|(at, _)| at);
        let resolved = end.and_then(|end| Some((character(&rest[1..end])?, end)));
        match resolved {
            Some((character, end)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "rsquo" => '’',
        "lsquo" => '‘',
        "rdquo" => '”',
        "ldquo" => '“',
        "raquo" => '»',
        "laquo" => '«',
        "copy" => '©',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|character| !character.is_control())?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Page {
        read_page(html.as_bytes(), &"https://a.gov/dir/page.html".parse().unwrap())
    }

    #[test]
    fn a_page_tells_its_title_and_where_it_leads() {
        let page = read(
            "<!doctype html><title>Open &amp; shut\n data</title><meta name=description content='All of &#39;it&#39;'>
             <h1>Files <b>here</b></h1><h1>Not this</h1>
             <a href='a.csv?x=1&amp;y=2#top'>The <i>first</i> file</a> <a href='mailto:x@a.gov'>mail</a>
             <a rel='nofollow' href='/no'>no</a> <a href=//b.gov/b.zip></a><p>after</p>",
        );
        assert_eq!(page.title, "Open & shut data");
        assert_eq!(page.heading, "Files here");
        assert_eq!(page.description, "All of 'it'");
        let links: Vec<_> = page.links.iter().map(|link| (link.url.as_str(), link.text.as_str())).collect();
        assert_eq!(
            links,
            [("https://a.gov/dir/a.csv?x=1&y=2", "The first file"), ("https://b.gov/b.zip", "")]
        );
        assert!(!page.asks_password);
    }

    #[test]
    fn a_page_may_ask_for_a_password_or_lead_away_by_itself() {
        let page = read("<base href='/elsewhere/'><form><input type=PASSWORD></form><a href=x>y</a>");
        assert!(page.asks_password);
        assert_eq!(page.links[0].url.as_str(), "https://a.gov/elsewhere/x");
        let page = read(
            "<meta http-equiv=refresh content=\"0; URL='/login'\"><meta name=robots content='noindex, nofollow'>",
        );
        assert_eq!(page.refresh.unwrap().path(), "/login");
        assert!(page.is_nofollow);
    }

    #[test]
    fn broken_and_cut_pages_are_read_as_far_as_they_go() {
        assert_eq!(read("<title>A<a href=x>b").title, "A<a href=x>b");
        assert_eq!(read("<a href='x'>one</a><a href='y").links.len(), 1);
        let deep = "<div>".repeat(100_000) + "<a href=x>y</a>";
        assert!(read(&deep).links.len() <= 1);
        let many = "<a href=x>y</a>".repeat(PAGE_LINKS_MAX + 1);
        assert!(read(&many).is_cut);
    }
}
