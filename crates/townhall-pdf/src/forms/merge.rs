//! Puts files together into one.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::document::{FormDocument, guarded};
use super::draft::Draft;
use super::options::{FillOptions, Filling, Lock};
use super::tree::is_name;
use crate::error::PdfError;
use crate::limits::{MERGE_BYTES_MAX, OBJECTS_MAX, PAGES_MAX};

/// The attributes that a page may have from what it is part of (ISO 32000-1, table 30).
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

/// Puts the pages of files together into one, in their order. Fields become part of their pages first: two files may well have fields of
/// the same name. What is the same in several files, such as a form's fonts and pictures, is kept once.
///
/// # Errors
///
/// When a file can't be read, or all are too large together.
pub fn merge(files: &[Vec<u8>]) -> Result<Vec<u8>, PdfError> {
    if files.iter().map(Vec::len).sum::<usize>() > MERGE_BYTES_MAX {
        return Err(PdfError::TooLarge { limit_bytes: MERGE_BYTES_MAX });
    }
    guarded(|| {
        let mut merged = Merged::default();
        for file in files {
            merged.add(file)?;
        }
        merged.finish()
    })
}

#[derive(Default)]
struct Merged {
    objects: BTreeMap<ObjectId, Object>,
    pages: Vec<ObjectId>,
    known: HashMap<u64, Vec<ObjectId>>,
    /// Layers that can be shown or hidden, and those that are hidden.
    layers: Vec<Object>,
    hidden: Vec<Object>,
    last: u32,
}

impl Merged {
    fn add(&mut self, file: &[u8]) -> Result<(), PdfError> {
        let draft = without_fields(file)?;
        let page_ids = draft.pages().to_vec();
        let mut pages: HashMap<ObjectId, Dictionary> = HashMap::new();
        for id in &page_ids {
            let Some(page) = draft.dictionary(*id) else { continue };
            let mut page = page.clone();
            for key in INHERITED {
                if let Some(value) = draft.page_attribute(*id, key).filter(|_| !page.has(key)) {
                    page.set(key, value.clone());
                }
            }
            page.remove(b"Parent");
            pages.insert(*id, page);
        }
        let (layers, hidden) = layers(&draft);
        let mut copy = Copy { source: draft.into_document(), places: HashMap::new(), todo: Vec::new() };
        for id in page_ids {
            let Some(page) = pages.remove(&id) else { continue };
            if self.pages.len() >= PAGES_MAX {
                return Err(PdfError::TooManyPages { pages: self.pages.len() + 1, limit: PAGES_MAX });
            }
            copy.source.objects.insert(id, Object::Dictionary(page));
            let place = self.place(&mut copy, id);
            self.pages.push(place);
        }
        let mut placed = |ids: Vec<ObjectId>| -> Vec<Object> {
            ids.into_iter().map(|id| Object::Reference(self.place(&mut copy, id))).collect()
        };
        let (layers, hidden) = (placed(layers), placed(hidden));
        self.layers.extend(layers);
        self.hidden.extend(hidden);
        while let Some((from, to)) = copy.todo.pop() {
            if self.objects.len() > OBJECTS_MAX {
                return Err(PdfError::TooManyObjects { limit: OBJECTS_MAX });
            }
            let Some(mut object) = copy.source.objects.get(&from).cloned() else { continue };
            self.relink(&mut copy, &mut object, 0);
            self.objects.insert(to, object);
        }
        Ok(())
    }

    /// Where an object goes. One that stands alone and is there already, goes there.
    fn place(&mut self, copy: &mut Copy, id: ObjectId) -> ObjectId {
        if let Some(place) = copy.places.get(&id) {
            return *place;
        }
        let hash = copy.source.objects.get(&id).and_then(|object| match object {
            Object::Stream(stream) if stands_alone(&stream.dict) => Some((hash(stream), stream)),
            _ => None,
        });
        let known = hash.and_then(|(hash, stream)| {
            let is_same = |place: &&ObjectId| {
                matches!(self.objects.get(place), Some(Object::Stream(other))
                    if other.dict == stream.dict && other.content == stream.content)
            };
            self.known.get(&hash)?.iter().find(is_same).copied()
        });
        let hash = hash.map(|(hash, _)| hash);
        let place = known.unwrap_or_else(|| {
            self.last += 1;
            (self.last, 0)
        });
        copy.places.insert(id, place);
        if known.is_none() {
            copy.todo.push((id, place));
            if let Some(hash) = hash {
                self.known.entry(hash).or_default().push(place);
            }
        }
        place
    }

    /// Lets all references of an object lead to where their objects went.
    fn relink(&mut self, copy: &mut Copy, object: &mut Object, depth: usize) {
        // Deeper than this is no honest file.
        if depth > 100 {
            *object = Object::Null;
            return;
        }
        match object {
            Object::Reference(id) => *id = self.place(copy, *id),
            Object::Array(items) => items.iter_mut().for_each(|item| self.relink(copy, item, depth + 1)),
            Object::Dictionary(dictionary) => self.relink_all(copy, dictionary, depth),
            Object::Stream(stream) => self.relink_all(copy, &mut stream.dict, depth),
            _ => {}
        }
    }

    fn relink_all(&mut self, copy: &mut Copy, dictionary: &mut Dictionary, depth: usize) {
        // What pages are part of, and what leads to the tags of the text, stays behind with its file.
        dictionary.remove(b"StructParents");
        dictionary.remove(b"StructParent");
        dictionary.iter_mut().for_each(|(_, value)| self.relink(copy, value, depth + 1));
    }

    fn finish(mut self) -> Result<Vec<u8>, PdfError> {
        let mut document = Document::with_version("1.7");
        let (root, tree) = ((self.last + 1, 0), (self.last + 2, 0));
        for id in &self.pages {
            if let Some(Object::Dictionary(page)) = self.objects.get_mut(id) {
                page.set("Parent", Object::Reference(tree));
            }
        }
        let count = self.pages.len() as i64;
        let kids: Vec<Object> = self.pages.into_iter().map(Object::Reference).collect();
        self.objects.insert(tree, dictionary! { "Type" => "Pages", "Count" => count, "Kids" => kids }.into());
        let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => Object::Reference(tree) };
        if !self.layers.is_empty() {
            let shown = dictionary! { "Order" => self.layers.clone(), "OFF" => self.hidden };
            catalog.set("OCProperties", dictionary! { "OCGs" => self.layers, "D" => shown });
        }
        self.objects.insert(root, catalog.into());
        document.objects = self.objects;
        document.max_id = tree.0;
        document.trailer.set("Root", Object::Reference(root));
        let mut bytes = Vec::new();
        document.save_modern(&mut bytes).map_err(|_| PdfError::Unwritable)?;
        Ok(bytes)
    }
}

/// A file that is being taken over, and where its objects went.
struct Copy {
    source: Document,
    places: HashMap<ObjectId, ObjectId>,
    todo: Vec<(ObjectId, ObjectId)>,
}

/// The file with its fields as part of its pages, and without a lock.
fn without_fields(file: &[u8]) -> Result<Draft, PdfError> {
    let form = FormDocument::open(file.to_vec(), "")?;
    if form.fields().is_empty() {
        return Ok(form.into_draft());
    }
    let options = FillOptions { flatten: true, lock: Lock::Drop, ..FillOptions::default() };
    Draft::open(&form.fill(&Filling::default(), &options)?.bytes, "")
}

/// The layers of a file, and those of them that are hidden (ISO 32000-1, 8.11.4).
fn layers(draft: &Draft) -> (Vec<ObjectId>, Vec<ObjectId>) {
    let all = draft.catalog().and_then(|catalog| draft.get_dictionary(catalog, b"OCProperties"));
    let Some(all) = all else { return Default::default() };
    let ids = |dictionary: &Dictionary, key: &[u8]| -> Vec<ObjectId> {
        draft.get_array(dictionary, key).iter().filter_map(|layer| layer.as_reference().ok()).collect()
    };
    let layers = ids(all, b"OCGs");
    let Some(usual) = draft.get_dictionary(all, b"D") else { return (layers, Vec::new()) };
    let hidden = match is_name(draft, usual, b"BaseState", b"OFF") {
        true => {
            let shown: HashSet<ObjectId> = ids(usual, b"ON").into_iter().collect();
            layers.iter().copied().filter(|layer| !shown.contains(layer)).collect()
        }
        false => ids(usual, b"OFF"),
    };
    (layers, hidden)
}

/// Whether a dictionary leads to no other object.
fn stands_alone(dictionary: &Dictionary) -> bool {
    fn has_reference(object: &Object, depth: usize) -> bool {
        match object {
            Object::Reference(_) => true,
            _ if depth > 8 => true,
            Object::Array(items) => items.iter().any(|item| has_reference(item, depth + 1)),
            Object::Dictionary(dictionary) => {
                dictionary.iter().any(|(_, item)| has_reference(item, depth + 1))
            }
            _ => false,
        }
    }
    !dictionary.iter().any(|(_, value)| has_reference(value, 0))
}

fn hash(stream: &Stream) -> u64 {
    let mut hasher = DefaultHasher::new();
    stream.content.hash(&mut hasher);
    // Streams with the same content, or none, may be many.
    format!("{:?}", stream.dict).hash(&mut hasher);
    hasher.finish()
}
