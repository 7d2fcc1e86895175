//! Reads the page on which a web server lists a directory.
//!
//! Servers agree on little: Apache makes tables or lines, nginx lines, IIS rows that end in `<br>` with the time before the name,
//! and small servers plain lists. So a row is what stands between two ends of rows, its text without the names is what the listing
//! says of the file, and a text with a time of day in it is a stamp: it need not be understood to see that it changed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Read;
use std::rc::Rc;

use lol_html::html_content::{EndTag, TextChunk};
use lol_html::{EndTagHandler, HtmlRewriter, MemorySettings, Settings, doc_text, element};
use url::Url;

use crate::limits::{LISTING_MEMORY_BYTES, PARTS_MAX};

/// What a listing names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its address, always below that of the listing.
    pub url: Url,
    /// What the row says besides the name, if it has a time of day.
    pub stamp: Option<String>,
}

impl Listed {
    /// Whether it is a folder.
    pub fn is_folder(&self) -> bool {
        self.url.path().ends_with('/')
    }
}

/// A listing that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// What it names.
    pub listed: Vec<Listed>,
    /// Whether it breaks off before its end.
    pub is_cut: bool,
}

/// The most that is kept of a row's text and of an address.
const ROW_TEXT_BYTES: usize = 512;
const ADDRESS_BYTES: usize = 4_096;

/// Reads a listing from its stream; `base` is where it came from.
///
/// # Errors
///
/// When it can't be read, or holds no link at all and so is no listing.
pub fn read_listing(base: &Url, mut input: impl Read) -> Result<List, String> {
    let reading = Rc::new(RefCell::new(Reading::new(base)));
    let mut edges = Edges::default();
    {
        let link = element!("a", |a| {
            reading.borrow_mut().begin_link(a.get_attribute("href").as_deref());
            if let Some(handlers) = a.end_tag_handlers() {
                let reading = reading.clone();
                let end: EndTagHandler<'static> = Box::new(move |_: &mut EndTag<'_>| {
                    reading.borrow_mut().is_in_link = false;
                    Ok(())
                });
                handlers.push(end);
            }
            Ok(())
        });
        let row = element!("pre, table, tr, br, li, p, div, hr", |element| {
            let mut reading = reading.borrow_mut();
            reading.end_row();
            match element.tag_name().as_str() {
                "pre" => reading.ends_rows_with_lines = true,
                "table" => reading.ends_rows_with_lines = false,
                _ => {}
            }
            Ok(())
        });
        let text = doc_text!(|chunk: &mut TextChunk<'_>| {
            reading.borrow_mut().text(chunk.as_str());
            Ok(())
        });
        let settings = Settings::new()
            .append_element_content_handler(row)
            .append_element_content_handler(link)
            .append_document_content_handler(text)
            .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(LISTING_MEMORY_BYTES))
            .with_strict(false);
        let mut parser = HtmlRewriter::new(settings, |_: &[u8]| {});
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = input.read(&mut buffer).map_err(|error| error.to_string())?;
            if count == 0 {
                break;
            }
            edges.push(&buffer[..count]);
            parser.write(&buffer[..count]).map_err(|error| error.to_string())?;
        }
        parser.end().map_err(|error| error.to_string())?;
    }
    let mut reading = reading.borrow_mut();
    reading.end_row();
    if !reading.has_links {
        return Err("it has no links".to_owned());
    }
    let is_cut = edges.are_cut() || reading.is_full;
    Ok(List { listed: std::mem::take(&mut reading.listed), is_cut })
}

struct Reading {
    base: Url,
    /// The path that everything must lie below.
    below: String,
    listed: Vec<Listed>,
    known: HashMap<String, usize>,
    row: Row,
    is_in_link: bool,
    ends_rows_with_lines: bool,
    has_links: bool,
    is_full: bool,
}

#[derive(Default)]
struct Row {
    text: String,
    urls: Vec<Url>,
}

impl Reading {
    fn new(base: &Url) -> Self {
        let path = base.path();
        let below = path[..path.rfind('/').map_or(0, |at| at + 1)].to_owned();
        Self {
            base: base.clone(),
            below,
            listed: Vec::new(),
            known: HashMap::new(),
            row: Row::default(),
            is_in_link: false,
            ends_rows_with_lines: false,
            has_links: false,
            is_full: false,
        }
    }

    fn begin_link(&mut self, address: Option<&str>) {
        self.is_in_link = true;
        let Some(address) = address.filter(|address| address.len() <= ADDRESS_BYTES) else { return };
        self.has_links = true;
        let Some(url) = self.below(address) else { return };
        if !self.row.urls.contains(&url) {
            self.row.urls.push(url);
        }
    }

    /// The address of a link, if it leads further into the folder: not up, not elsewhere, not to another order of the same rows.
    fn below(&self, address: &str) -> Option<Url> {
        let mut url = self.base.join(&address.trim().replace("&amp;", "&")).ok()?;
        url.set_fragment(None);
        let path = url.path().to_ascii_lowercase();
        // A server may take these for another level, which would lead out of the folder.
        let is_odd = ["%2f", "%5c", "%00", "//", "/..", "/%2e%2e"].iter().any(|mark| path.contains(mark));
        let is_below = url.origin() == self.base.origin()
            && url.query().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && url.path().len() > self.below.len()
            && url.path().starts_with(&self.below);
        (is_below && !is_odd).then_some(url)
    }

    fn text(&mut self, text: &str) {
        if self.is_in_link {
            return;
        }
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 && self.ends_rows_with_lines {
                self.end_row();
            }
            let room = ROW_TEXT_BYTES.saturating_sub(self.row.text.len());
            let end = (0..=line.len().min(room)).rev().find(|end| line.is_char_boundary(*end));
            self.row.text.push_str(&line[..end.unwrap_or(0)]);
            self.row.text.push(' ');
        }
    }

    fn end_row(&mut self) {
        self.is_in_link = false;
        let Row { text, urls } = std::mem::take(&mut self.row);
        let stamp = stamp(&text).filter(|_| urls.len() == 1);
        for url in urls {
            if self.listed.len() >= PARTS_MAX {
                self.is_full = true;
                return;
            }
            match self.known.get(url.as_str()) {
                Some(at) => {
                    let listed: &mut Listed = &mut self.listed[*at];
                    listed.stamp = listed.stamp.take().or_else(|| stamp.clone());
                }
                None => {
                    self.known.insert(url.to_string(), self.listed.len());
                    self.listed.push(Listed { url, stamp: stamp.clone() });
                }
            }
        }
    }
}

/// What a row says besides the name, if there is a time of day in it. A date alone would hide a second change of the same day.
fn stamp(text: &str) -> Option<String> {
    let has_time = text.as_bytes().windows(4).any(|window| match window {
        [hour, b':', tens, ones] => [hour, tens, ones].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    });
    has_time.then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The beginning and the end of a page, which tell whether it was sent whole.
#[derive(Default)]
struct Edges {
    begins: bool,
    is_begun: bool,
    tail: Vec<u8>,
}

const TAIL_BYTES: usize = 4 * 1024;

impl Edges {
    fn push(&mut self, bytes: &[u8]) {
        if !self.is_begun {
            self.is_begun = true;
            self.begins = has(bytes, b"<html") || has(bytes, b"<body");
        }
        self.tail.extend_from_slice(&bytes[bytes.len().saturating_sub(TAIL_BYTES)..]);
        let extra = self.tail.len().saturating_sub(TAIL_BYTES);
        self.tail.drain(..extra);
    }

    fn are_cut(&self) -> bool {
        self.begins && !has(&self.tail, b"</html") && !has(&self.tail, b"</body")
    }
}

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(page: &str) -> Vec<String> {
        let base = Url::parse("https://example.gov/waf/").unwrap();
        let list = read_listing(&base, page.as_bytes()).unwrap();
        let name = |listed: &Listed| match &listed.stamp {
            Some(stamp) => format!("{} | {stamp}", &listed.url.path()[5..]),
            None => listed.url.path()[5..].to_owned(),
        };
        list.listed.iter().map(name).collect()
    }

    #[test]
    fn the_time_belongs_to_the_name_beside_it() {
        let iis = "<pre><A HREF=\"/\">[To Parent Directory]</A><br> 6/17/2021 12:20 PM 39985 <A HREF=\"/waf/a.xml\">a.xml</A><br> \
                   7/23/2025  5:33 PM &lt;dir&gt; <A HREF=\"/waf/b/\">b</A><br></pre>";
        assert_eq!(names(iis), ["a.xml | 6/17/2021 12:20 PM 39985", "b/ | 7/23/2025 5:33 PM &lt;dir&gt;"]);
        let nginx = "<pre><a href=\"../\">../</a>\n<a href=\"a.xml\">a-very-long-name-12:34..&gt;</a>   02-Oct-2025 11:47     26K\n\
                     <a href=\"b.xml\">b.xml</a>   02-Oct-2025 11:48     27K\n</pre>";
        assert_eq!(names(nginx), ["a.xml | 02-Oct-2025 11:47 26K", "b.xml | 02-Oct-2025 11:48 27K"]);
        let table = "<table><tr><td><a href=a.xml><img></a></td>\n<td><a href=a.xml>a</a></td>\n<td>2026-07-12 02:23</td>\n</tr></table>";
        assert_eq!(names(table), ["a.xml | 2026-07-12 02:23"]);
    }

    #[test]
    fn a_date_without_a_time_or_a_row_of_several_names_is_no_stamp() {
        assert_eq!(names("<li><a href=a.xml>a</a> 2026-07-12</li>"), ["a.xml"]);
        assert_eq!(names("<a href=a.xml>a</a> <a href=b.xml>b</a> 10:00"), ["a.xml", "b.xml"]);
    }

    #[test]
    fn links_that_lead_up_or_away_are_left_out() {
        let page = "<a href=../x.xml>1</a><a href=/x.xml>2</a><a href=//other.gov/waf/x.xml>3</a><a href=?C=N>4</a>\
                    <a href=x.xml?y>5</a><a href=a/..%2f..%2fx.xml>6</a><a href=javascript:x()>7</a><a href=#top>8</a>\
                    <a href=http://example.gov/waf/x.xml>9</a><a href=./>10</a><a href=in.xml#here>11</a><a>12</a>";
        assert_eq!(names(page), ["in.xml"]);
    }

    #[test]
    fn a_page_that_is_too_much_at_once_is_refused() {
        let base = Url::parse("https://example.gov/waf/").unwrap();
        let page = format!("<a href=\"{}\">x</a>", "a".repeat(2 * LISTING_MEMORY_BYTES));
        assert!(read_listing(&base, page.as_bytes()).is_err());
    }

    proptest! {
        /// Whatever a server sends, reading it ends, and nothing leads out of the folder.
        #[test]
        fn nothing_that_is_read_leads_out_of_the_folder(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("<a href=\"".to_owned()), Just("\">".to_owned()), Just("</a>".to_owned()),
                    Just("<pre>".to_owned()), Just("<br>".to_owned()), Just("<tr>".to_owned()),
                    Just("../".to_owned()), Just("/".to_owned()), Just("https://example.gov".to_owned()),
                    Just("%2e%2e/".to_owned()), Just("\\".to_owned()), Just("12:30".to_owned()), ".{0,6}",
                ],
                0..60,
            )
        ) {
            let base = Url::parse("https://example.gov/waf/deep/").unwrap();
            if let Ok(list) = read_listing(&base, pieces.concat().as_bytes()) {
                for listed in list.listed {
                    prop_assert!(listed.url.as_str().starts_with("https://example.gov/waf/deep/"), "{}", listed.url);
                    prop_assert!(listed.url.path_segments().unwrap().all(|step| step != ".."), "{}", listed.url);
                }
            }
        }
    }
}
