//! Finds the fields of a form: field dictionaries hand their attributes down to their kids, and widgets are the last of these
//! (ISO 32000-1, 12.7.3).

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::draft::{Draft, integer};
use super::field::{Align, Field, FieldFlags, FieldKind, FieldOption, Widget};
use super::read;
use super::room::Room;
use super::sheet::Sheet;
use crate::limits::{FIELD_DEPTH_MAX, FIELDS_MAX, OBJECTS_MAX, WIDGETS_MAX};

/// The longest style of a text that is taken, in bytes: each widget has a copy of it.
const STYLE_BYTES_MAX: usize = 1024;

/// A field, and the dictionaries that make it up.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// As it is told to others.
    pub field: Field,
    /// The dictionaries that bear its name; its value goes into each.
    pub dictionaries: Vec<ObjectId>,
    /// Where it is shown, in the order of `field.widgets`.
    pub places: Vec<Place>,
}

impl Entry {
    /// The same field, shown in some of its places only.
    pub fn with_places(&self, numbers: &[usize]) -> Self {
        let mut entry = self.clone();
        entry.places = numbers.iter().map(|number| self.places[*number].clone()).collect();
        entry.field.widgets = numbers.iter().map(|number| self.field.widgets[*number].clone()).collect();
        entry
    }
}

/// The dictionary of a widget, and what it has from those above it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The dictionary.
    pub id: ObjectId,
    /// Font, size and colour of its text, as operators (`DA`).
    pub style: Vec<u8>,
    /// To which side its text goes.
    pub align: Align,
}

/// All fields of a form, in the order of the file.
pub(super) fn entries(draft: &mut Draft) -> Vec<Entry> {
    let mut walk = Walk::default();
    let mut on_pages = Vec::new();
    for (number, page) in draft.pages().to_vec().into_iter().enumerate() {
        for id in walk.listed(draft, page, b"Annots", WIDGETS_MAX) {
            if walk.shown_on.len() < WIDGETS_MAX && walk.shown_on.insert(id, number).is_none() {
                on_pages.push(id);
            }
        }
    }
    if let Some(form) = draft.form_id() {
        for id in walk.listed(draft, form, b"Fields", FIELDS_MAX) {
            walk.visit(draft, &mut vec![], id);
        }
    }
    // Some files leave fields out of the list, though their pages show them.
    for id in on_pages {
        let is_widget =
            draft.dictionary(id).is_some_and(|dictionary| is_name(draft, dictionary, b"Subtype", b"Widget"));
        if is_widget && !walk.seen.contains(&id) {
            let mut path = path_to(draft, id);
            path.pop();
            walk.visit(draft, &mut path, id);
        }
    }
    collect(draft, walk)
}

#[derive(Default)]
struct Walk {
    /// The numbers of the pages that list annotations.
    shown_on: HashMap<ObjectId, usize>,
    seen: HashSet<ObjectId>,
    /// The dictionaries of fields and widgets, each at the end of those above it.
    found: Vec<Vec<ObjectId>>,
    /// How many have been listed.
    listed: usize,
}

impl Walk {
    /// The dictionaries that another one lists. Many may have one list in common, so that all together list more than there are.
    fn listed(&mut self, draft: &mut Draft, holder: ObjectId, key: &[u8], limit: usize) -> Vec<ObjectId> {
        let ids = draft.children(holder, key, limit.min(OBJECTS_MAX - self.listed));
        self.listed += ids.len();
        ids
    }

    fn visit(&mut self, draft: &mut Draft, path: &mut Vec<ObjectId>, id: ObjectId) {
        if path.len() >= FIELD_DEPTH_MAX || self.found.len() >= WIDGETS_MAX || !self.seen.insert(id) {
            return;
        }
        path.push(id);
        let before = self.found.len();
        for kid in self.listed(draft, id, b"Kids", WIDGETS_MAX) {
            self.visit(draft, path, kid);
        }
        // What has no kids, or none that can be read, is a field of its own.
        if self.found.len() == before {
            self.found.push(path.clone());
        }
        path.pop();
    }
}

/// From the outermost dictionary to this one.
fn path_to(draft: &Draft, id: ObjectId) -> Vec<ObjectId> {
    let mut path = vec![id];
    while let Some(parent) = path
        .last()
        .and_then(|id| draft.dictionary(*id)?.get(b"Parent").ok()?.as_reference().ok())
        .filter(|parent| path.len() < FIELD_DEPTH_MAX && !path.contains(parent))
    {
        path.push(parent);
    }
    path.reverse();
    path
}

fn collect(draft: &Draft, walk: Walk) -> Vec<Entry> {
    let pages = Pages {
        sheets: draft.pages().iter().map(|page| Sheet::of(draft, *page)).collect(),
        numbers: draft.pages().iter().enumerate().map(|(number, page)| (*page, number)).collect(),
    };
    let style = draft.form().and_then(|form| draft.get(form, b"DA")).and_then(|style| style.as_str().ok());
    let mut entries: Vec<Entry> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut known = HashSet::new();
    let room = Room::default();
    for path in &walk.found {
        let lookup = Lookup { draft, path, room: &room };
        let Some(kind) = lookup.kind() else { continue };
        let names: Vec<(ObjectId, String)> =
            path.iter().filter_map(|id| Some((*id, lookup.own_text(*id, b"T")?))).collect();
        let Some((named, _)) = names.last() else { continue };
        let name = names.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(".");
        if room.is_used_up() {
            break;
        }
        let at = match by_name.get(&name) {
            Some(at) => *at,
            None if entries.len() >= FIELDS_MAX => continue,
            None => {
                by_name.insert(name.clone(), entries.len());
                entries.push(Entry {
                    field: lookup.field(name, *named, kind),
                    dictionaries: vec![],
                    places: vec![],
                });
                entries.len() - 1
            }
        };
        let entry = &mut entries[at];
        if known.insert(*named) {
            entry.dictionaries.push(*named);
        }
        let Some(id) = path.last().copied() else { continue };
        let Some((widget, dictionary)) = lookup.widget(id, &pages, walk.shown_on.get(&id).copied()) else {
            continue;
        };
        entry.field.flags.has_script |= read::has_script(draft, dictionary);
        entry.field.widgets.push(widget);
        entry.places.push(Place {
            id,
            style: lookup
                .inherited(b"DA")
                .and_then(|style| style.as_str().ok())
                .or(style)
                .map(|style| style[..style.len().min(STYLE_BYTES_MAX)].to_vec())
                .unwrap_or_default(),
            align: Align::of(lookup.inherited(b"Q").and_then(integer).unwrap_or(0)),
        });
    }
    for entry in &mut entries {
        read::complete(draft, entry, &room);
    }
    entries
}

/// The pages of a file.
struct Pages {
    sheets: Vec<Sheet>,
    numbers: HashMap<ObjectId, usize>,
}

/// Looks attributes up along a path of dictionaries.
struct Lookup<'a> {
    draft: &'a Draft,
    path: &'a [ObjectId],
    room: &'a Room,
}

impl<'a> Lookup<'a> {
    /// An attribute of the innermost dictionary that has it.
    fn inherited(&self, key: &[u8]) -> Option<&'a Object> {
        self.path.iter().rev().find_map(|id| self.draft.get(self.draft.dictionary(*id)?, key))
    }

    fn own_text(&self, id: ObjectId, key: &[u8]) -> Option<String> {
        let text = read::text(self.draft.get(self.draft.dictionary(id)?, key)?, self.room)?;
        (!text.is_empty()).then_some(text)
    }

    fn bits(&self) -> u32 {
        self.inherited(b"Ff").and_then(integer).unwrap_or(0) as u32
    }

    fn kind(&self) -> Option<FieldKind> {
        let has = |bit: u32| self.bits() & (1 << (bit - 1)) != 0;
        Some(match self.inherited(b"FT")?.as_name().ok()? {
            b"Tx" => FieldKind::Text,
            b"Btn" if has(17) => FieldKind::PushButton,
            b"Btn" if has(16) => FieldKind::Radio,
            b"Btn" => FieldKind::CheckBox,
            b"Ch" if has(18) => FieldKind::Combo,
            b"Ch" => FieldKind::List,
            b"Sig" => FieldKind::Signature,
            _ => return None,
        })
    }

    fn field(&self, name: String, named: ObjectId, kind: FieldKind) -> Field {
        let dictionary = self.draft.dictionary(named);
        let has_script = dictionary.is_some_and(|dictionary| read::has_script(self.draft, dictionary));
        let options = match kind {
            FieldKind::Combo | FieldKind::List => self
                .inherited(b"Opt")
                .map_or_else(Vec::new, |options| read::options(self.draft, options, self.room)),
            // The labels of buttons; what they stand for comes with the widgets.
            FieldKind::CheckBox | FieldKind::Radio => self
                .inherited(b"Opt")
                .map_or_else(Vec::new, |options| read::options(self.draft, options, self.room))
                .into_iter()
                .map(|option| FieldOption { value: String::new(), label: option.label })
                .collect(),
            _ => Vec::new(),
        };
        let value =
            |key| self.inherited(key).and_then(|value| read::value(self.draft, kind, value, self.room));
        Field {
            label: self.own_text(named, b"TU"),
            export_name: self.own_text(named, b"TM"),
            flags: FieldFlags::of(self.bits(), kind, has_script),
            value: value(b"V"),
            default: value(b"DV"),
            max_length: self
                .inherited(b"MaxLen")
                .and_then(integer)
                .and_then(|length| usize::try_from(length).ok())
                .filter(|_| kind == FieldKind::Text),
            align: Align::of(self.inherited(b"Q").and_then(integer).unwrap_or(0)),
            widgets: Vec::new(),
            options,
            name,
            kind,
        }
    }

    fn widget(&self, id: ObjectId, pages: &Pages, page: Option<usize>) -> Option<(Widget, &'a Dictionary)> {
        let dictionary = self.draft.dictionary(id)?;
        let points = self.draft.get_box(dictionary, b"Rect")?;
        // Pages should list what they show; where they don't, the widget may say where it belongs.
        let page = page.or_else(|| {
            let page = dictionary.get(b"P").ok()?.as_reference().ok()?;
            pages.numbers.get(&page).copied()
        });
        let flags = self.draft.get(dictionary, b"F").and_then(integer).unwrap_or(0);
        let widget = Widget {
            page: page.map(|page| page + 1),
            rect: page.map_or_else(Default::default, |page| pages.sheets[page].seen(points)),
            points,
            state: read::on_state(self.draft, dictionary, self.room),
            is_hidden: flags & (HIDDEN | NO_VIEW) != 0,
        };
        Some((widget, dictionary))
    }
}

/// The flag of an annotation that is not shown at all (ISO 32000-1, table 165).
pub(super) const HIDDEN: i64 = 2;

/// The flag of an annotation that is not shown on screens.
pub(super) const NO_VIEW: i64 = 32;

/// Whether a dictionary has a name under a key.
pub(super) fn is_name(draft: &Draft, dictionary: &Dictionary, key: &[u8], name: &[u8]) -> bool {
    draft.get(dictionary, key).and_then(|object| object.as_name().ok()) == Some(name)
}
