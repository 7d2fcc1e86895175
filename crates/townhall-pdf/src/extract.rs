//! The tables of a whole file, its pages read side by side.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use serde::Serialize;

use crate::document::Document;
use crate::limits::SELECTIONS_OF_PAGE_MAX;
use crate::page::{Page, Rect};
use crate::recipe::{Method, Reach, Selection, anchored, place};
use crate::sheet::{PageTables, Sheet, Surroundings, assemble};
use crate::tables::{Marking, Table, find};
use crate::text::{Line, lines};

/// What is wanted of a file.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The pages from a first to a last one, counted from 1; all where there are none.
    pub pages: Vec<(usize, usize)>,
    /// Where tables are; they are looked for where there are none.
    pub selections: Vec<Selection>,
    /// How the cells of tables that are looked for are found.
    pub method: Method,
    /// Whether tables that go on over pages become one.
    pub stitches: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { pages: Vec::new(), selections: Vec::new(), method: Method::Guess, stitches: true }
    }
}

impl Wanted {
    /// Whether a page is wanted.
    pub fn is_page(&self, number: usize) -> bool {
        self.pages.is_empty() || self.pages.iter().any(|(first, last)| (*first..=*last).contains(&number))
    }
}

/// A template of tables that were found: their places, with the texts around them as landmarks.
pub fn template_of(document: &Document, sheets: &[Sheet]) -> Vec<Selection> {
    let mut reader = document.reader();
    let mut known: Option<(usize, Vec<Line>)> = None;
    let mut selections = Vec::new();
    for sheet in sheets {
        for (number, part) in sheet.parts.iter().enumerate() {
            if known.as_ref().is_none_or(|(page, _)| *page != part.page) {
                known = reader.read(part.page).ok().map(|page| (part.page, lines(&page)));
            }
            let header_rows = (number == 0).then_some(sheet.header_rows);
            let selection = Selection { header_rows, ..Selection::of(part.page, part.rect.grown(2.0)) };
            selections.push(match &known {
                Some((_, lines)) => anchored(&selection, lines),
                None => selection,
            });
        }
    }
    selections
}

/// The same selections as they are in this document: where their landmarks are, with landmarks of this document. One that is good for
/// several pages stays as it is.
pub fn settled(document: &Document, selections: &[Selection]) -> Vec<Selection> {
    let mut reader = document.reader();
    selections
        .iter()
        .map(|selection| {
            if selection.reach != Reach::Page {
                return selection.clone();
            }
            // The nearest page first: a table may have moved to another one.
            let near = |far: usize| [selection.page.checked_sub(far), selection.page.checked_add(far)];
            let reach = if selection.anchor.is_some() { PAGES_MOVED } else { 0 };
            let numbers = (0..=reach).flat_map(near).flatten();
            let on_page = |number: usize| {
                let page = reader.read(number).ok()?;
                let lines = lines(&page);
                let one = selection.on(page.width, page.height);
                let area = place(&one, &lines)?;
                let (dx, dy) = (area.x0 - one.x1, area.y0 - one.y1);
                let moved = Selection {
                    page: number,
                    x1: area.x0,
                    y1: area.y0,
                    x2: area.x1,
                    y2: area.y1,
                    width: area.width(),
                    height: area.height(),
                    columns: one.columns.iter().map(|x| x + dx).collect(),
                    rows: one.rows.iter().map(|y| y + dy).collect(),
                    ..one
                };
                Some(anchored(&moved, &lines))
            };
            numbers.into_iter().find_map(on_page).unwrap_or_else(|| selection.clone())
        })
        .collect()
}

/// Why tables of a page may not be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// The page, counted from 1.
    pub page: usize,
    /// What sort of trouble it is.
    pub kind: TroubleKind,
    /// What is wrong, in a sentence.
    pub message: String,
}

/// What sort of trouble a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TroubleKind {
    /// It is a picture without text.
    Scan,
    /// Its fonts do not say which characters they show.
    UnknownFonts,
    /// It holds more than is read.
    TooMuch,
    /// It can't be read.
    Broken,
    /// The landmark of a selection is not on any page.
    NoLandmark,
}

/// What was found in a file.
#[derive(Debug, Clone, Default)]
pub struct Extraction {
    /// How many pages the file has.
    pub pages: usize,
    /// Its tables, in the order of pages, from above.
    pub sheets: Vec<Sheet>,
    /// What is wrong with pages, in their order.
    pub troubles: Vec<Trouble>,
    /// The pages that were read.
    pub read: Vec<PageFacts>,
    /// Whether somebody stopped the work.
    pub is_stopped: bool,
}

/// What a page is like.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PageFacts {
    /// Its number, counted from 1.
    pub number: usize,
    /// Its width in points, turned so that most of its text is upright.
    pub width: f64,
    /// Its height in points.
    pub height: f64,
    /// By how many degrees it is turned clockwise for that.
    pub turn: u16,
    /// Whether it has text.
    pub has_text: bool,
}

/// The share of characters without meaning from which a page is told to be unreadable.
const UNKNOWN_SHARE: f64 = 0.2;

/// A page and what was found on it.
struct Found {
    tables: PageTables,
    trouble: Option<Trouble>,
    facts: Option<PageFacts>,
    /// The selection of each of its tables, where a person marked them.
    used: Vec<usize>,
}

/// Finds the tables of a file. `told` hears how many of the wanted pages are done, and how many there are; it stops the work by saying
/// no. `recognize` gives what stands on a page that is a picture, where there is something that recognizes text.
pub fn extract(
    document: &Document,
    wanted: &Wanted,
    recognize: &(dyn Fn(usize, &Page) -> Option<Page> + Sync),
    mut told: impl FnMut(usize, usize) -> bool,
) -> Extraction {
    let numbers: Vec<usize> = (1..=document.pages()).filter(|number| wanted.is_page(*number)).collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(numbers.len()).max(1);
    let next = AtomicUsize::new(0);
    let is_stopped = AtomicBool::new(false);
    let mut found: Vec<Option<Found>> = Vec::new();
    found.resize_with(numbers.len(), || None);
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..workers {
            let (sender, next, is_stopped, numbers) = (sender.clone(), &next, &is_stopped, &numbers);
            scope.spawn(move || {
                let mut reader = document.reader();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(number) = numbers.get(at) else { return };
                    if is_stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    let one = match reader.read(*number) {
                        Ok(page) => match recognize(*number, &page) {
                            Some(read) => look(&read, wanted),
                            None => look(&page, wanted),
                        },
                        Err(error) => broken(*number, error.to_string()),
                    };
                    if sender.send((at, one)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (done, (at, one)) in receiver.iter().enumerate() {
            found[at] = Some(one);
            if !told(done + 1, numbers.len()) {
                is_stopped.store(true, Ordering::Relaxed);
                break;
            }
        }
    });
    let mut out = Extraction {
        pages: document.pages(),
        is_stopped: is_stopped.load(Ordering::Relaxed),
        ..Extraction::default()
    };
    let mut found: Vec<Found> = found.into_iter().flatten().collect();
    let used = keep_nearest(&mut found, &wanted.selections);
    let mut pages = Vec::new();
    for one in found {
        out.troubles.extend(one.trouble);
        out.read.extend(one.facts);
        pages.push(one.tables);
    }
    let lost =
        wanted.selections.iter().zip(used).filter(|(selection, used)| !used && selection.anchor.is_some());
    out.troubles.extend(lost.map(|(selection, _)| Trouble {
        page: selection.page,
        kind: TroubleKind::NoLandmark,
        message: format!(
            "a selection was not found: no page has its landmark `{}`",
            selection.anchor.as_ref().map_or("", |anchor| anchor.text.as_str())
        ),
    }));
    out.sheets = assemble(pages, wanted.stitches);
    out
}

/// Keeps a selection that is good for one page on the nearest page that has its landmark. Says which selections were found at all.
fn keep_nearest(found: &mut [Found], selections: &[Selection]) -> Vec<bool> {
    let mut nearest: Vec<Option<usize>> = vec![None; selections.len()];
    for one in found.iter() {
        for at in &one.used {
            let far = |page: usize| page.abs_diff(selections[*at].page);
            let best = &mut nearest[*at];
            if best.is_none_or(|best| far(one.tables.number) < far(best)) {
                *best = Some(one.tables.number);
            }
        }
    }
    for one in found.iter_mut() {
        let page = one.tables.number;
        let kept: Vec<bool> = one
            .used
            .iter()
            .map(|at| selections[*at].reach != Reach::Page || nearest[*at] == Some(page))
            .collect();
        if !kept.contains(&false) {
            continue;
        }
        one.tables.keep(&kept);
    }
    nearest.iter().map(Option::is_some).collect()
}

fn look(whole: &Page, wanted: &Wanted) -> Found {
    // What a person marked may be anything.
    let body = if wanted.selections.is_empty() { whole.body() } else { Cow::Borrowed(whole) };
    let page = &*body;
    let lines = lines(page);
    let (tables, used): (Vec<Table>, Vec<usize>) = match &wanted.selections[..] {
        [] => (found_by(page, &lines, wanted.method), Vec::new()),
        selections => {
            let marking = Marking::new(page, &lines);
            let places = selections.iter().enumerate().filter_map(|(at, selection)| {
                let selection = selection.on(page.width, page.height);
                area_on(page, &lines, &selection).map(|area| (at, selection, area))
            });
            let marked = places.take(SELECTIONS_OF_PAGE_MAX);
            let mut marked: Vec<(Table, usize)> = marked
                .filter_map(|(at, selection, area)| Some((marking.table(&selection, area)?, at)))
                .collect();
            marked.sort_by(|(one, _), (other, _)| {
                one.rect.y0.total_cmp(&other.rect.y0).then_with(|| one.rect.x0.total_cmp(&other.rect.x0))
            });
            marked.into_iter().unzip()
        }
    };
    Found {
        trouble: trouble(whole),
        facts: Some(PageFacts {
            number: page.number,
            width: page.width,
            height: page.height,
            turn: page.turn,
            has_text: whole.glyphs.iter().any(|glyph| !glyph.text.is_whitespace()),
        }),
        tables: PageTables {
            number: page.number,
            height: page.height,
            surroundings: Surroundings::of(page, &lines, &tables),
            header_rows: used.iter().map(|at| wanted.selections[*at].header_rows).collect(),
            tables,
        },
        used,
    }
}

/// Where a selection is on a page. One with a landmark may have moved to another page.
fn area_on(page: &Page, lines: &[Line], selection: &Selection) -> Option<Rect> {
    let may_move = selection.anchor.is_some() && page.number.abs_diff(selection.page) <= PAGES_MOVED;
    (selection.is_for(page.number) || may_move).then(|| place(selection, lines)).flatten()
}

/// How many pages a table may have moved by.
const PAGES_MOVED: usize = 3;

fn found_by(page: &Page, lines: &[Line], method: Method) -> Vec<Table> {
    let tables = find(page, lines);
    if method == Method::Guess {
        return tables;
    }
    // Where tables are is guessed, how their cells are parted is not.
    let marking = Marking::new(page, lines);
    let again = |area: Rect| {
        let selection = Selection { extraction_method: method, ..Selection::of(page.number, area) };
        marking.table(&selection, area)
    };
    let found: Vec<Table> = tables.iter().filter_map(|table| again(table.rect.grown(1.0))).collect();
    match found.is_empty() && method == Method::Stream {
        // As Tabula does, the whole page is one where nothing looks like a table.
        true => again(Rect::new(0.0, 0.0, page.width, page.height)).into_iter().collect(),
        false => found,
    }
}

fn broken(page: usize, message: String) -> Found {
    Found {
        tables: PageTables { number: page, ..PageTables::default() },
        trouble: Some(Trouble { page, kind: TroubleKind::Broken, message }),
        facts: None,
        used: Vec::new(),
    }
}

/// Whether a page is a picture without text.
pub fn is_scan(page: &Page) -> bool {
    !page.images.is_empty() && page.glyphs.iter().all(|glyph| glyph.text.is_whitespace())
}

/// Whether most of a page is a picture, so that text in it is worth being recognized: a stamp or a page number may stand on it as text.
pub fn is_mostly_picture(page: &Page) -> bool {
    const FEW: usize = 200;
    let area = |rect: &Rect| rect.width() * rect.height();
    let largest = page.images.iter().map(area).fold(0.0, f64::max);
    let glyphs = page.glyphs.iter().filter(|glyph| !glyph.text.is_whitespace()).count();
    is_scan(page) || (largest >= 0.5 * page.width * page.height && glyphs <= FEW)
}

fn trouble(page: &Page) -> Option<Trouble> {
    let glyphs = page.glyphs.iter().filter(|glyph| !glyph.text.is_whitespace());
    let (all, unknown) = glyphs.fold((0_usize, 0_usize), |(all, unknown), glyph| {
        (all + 1, unknown + usize::from(glyph.text == '\u{fffd}'))
    });
    let of =
        |kind: TroubleKind, message: &str| Trouble { page: page.number, kind, message: message.to_owned() };
    if is_scan(page) {
        return Some(of(TroubleKind::Scan, "the page is a picture without text, as scanned pages are"));
    }
    if unknown as f64 > UNKNOWN_SHARE * all as f64 {
        return Some(of(TroubleKind::UnknownFonts, "its fonts do not say which characters they show"));
    }
    page.is_cut.then(|| of(TroubleKind::TooMuch, "it has more than is read of a page"))
}
