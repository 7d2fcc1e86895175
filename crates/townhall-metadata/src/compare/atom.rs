//! A comparison as an Atom feed (RFC 4287): an entry for each record that was added, removed or changed.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::json::word;
use super::text::{counts, describe_fields, name};
use super::{Comparison, Entry};
use crate::diff::ChangeKind;

/// What the feed says of itself. The comparison knows no clock and no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtomFeed<'f> {
    /// The IRI that names the feed for good.
    pub id: &'f str,
    /// Its title.
    pub title: &'f str,
    /// Who publishes it.
    pub author: &'f str,
    /// When the newer edition was seen, as RFC 3339 has it: `2026-02-03T04:05:06Z`.
    pub updated: &'f str,
    /// The page that shows the comparison, if there is one.
    pub link: Option<&'f str>,
}

/// The comparison as a feed. The same comparison seen at the same time has the same entry ids.
pub fn comparison_as_atom(comparison: &Comparison, feed: &AtomFeed<'_>) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    out.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    element(&mut out, 1, "id", feed.id);
    element(&mut out, 1, "title", feed.title);
    element(&mut out, 1, "subtitle", &counts(comparison));
    element(&mut out, 1, "updated", feed.updated);
    writeln!(out, "  <author><name>{}</name></author>", escape(feed.author))
        .expect("a string takes everything");
    if let Some(link) = feed.link {
        writeln!(out, "  <link rel=\"alternate\" href=\"{}\"/>", escape(link))
            .expect("a string takes everything");
    }
    if !comparison.catalog.is_empty() {
        let id = entry_id(feed, "catalog", ChangeKind::Changed);
        entry(&mut out, feed, &id, "The catalog itself changed", &describe_fields(&comparison.catalog));
    }
    let added = comparison.added.iter().map(|entry| (ChangeKind::Added, entry));
    let removed = comparison.removed.iter().map(|entry| (ChangeKind::Removed, entry));
    for (kind, record) in added.chain(removed) {
        let id = entry_id(feed, &key(record), kind);
        let title = format!("{} {}", capital(word(kind)), name(record));
        entry(&mut out, feed, &id, &title, &format!("This {} was {}.", record.kind.name(), word(kind)));
    }
    for changed in &comparison.changed {
        let id = entry_id(feed, &key(&changed.entry), ChangeKind::Changed);
        let title = format!("Changed {}", name(&changed.entry));
        entry(&mut out, feed, &id, &title, &describe_fields(&changed.fields));
    }
    out.push_str("</feed>\n");
    out
}

fn entry(out: &mut String, feed: &AtomFeed<'_>, id: &str, title: &str, content: &str) {
    out.push_str("  <entry>\n");
    element(out, 2, "id", id);
    element(out, 2, "title", title);
    element(out, 2, "updated", feed.updated);
    if let Some(link) = feed.link {
        writeln!(out, "    <link rel=\"alternate\" href=\"{}\"/>", escape(link))
            .expect("a string takes everything");
    }
    writeln!(out, "    <content type=\"text\">{}</content>", escape(content))
        .expect("a string takes everything");
    out.push_str("  </entry>\n");
}

fn element(out: &mut String, depth: usize, tag: &str, text: &str) {
    writeln!(out, "{:width$}<{tag}>{}</{tag}>", "", escape(text), width = depth * 2)
        .expect("a string takes everything");
}

fn key(entry: &Entry) -> String {
    // Records may share an identifier, so their place belongs to the key.
    format!("{} {} {}", entry.kind, entry.label(), entry.pointer)
}

/// An id of the feed, its time and the record, so that the next change of the same record is another entry.
fn entry_id(feed: &AtomFeed<'_>, key: &str, kind: ChangeKind) -> String {
    let mut hasher = Sha256::new();
    for part in [feed.id, feed.updated, key, word(kind)] {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let hash = hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>();
    let separator = if feed.id.contains('#') { '-' } else { '#' };
    format!("{}{separator}{hash}", feed.id)
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters
        .next()
        .map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + characters.as_str())
}

/// Text as XML 1.0 takes it; characters that it can't hold at all (section 2.2) are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(character),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(character),
        }
    }
    escaped
}
