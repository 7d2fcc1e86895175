//! A form under change: its objects, and which of them are not as they were.
//!
//! Everything that changes an object goes through here, so that what was changed can be appended to the file as it was (ISO 32000-1,
//! 7.5.6) instead of writing all of it anew.

use std::collections::BTreeSet;

use lopdf::xref::XrefType;
use lopdf::{
    Dictionary, Document, EncryptionState, IncrementalDocument, LoadOptions, Object, ObjectId, SaveOptions,
};

use crate::error::PdfError;
use crate::limits::{FORM_BYTES_MAX, OBJECTS_BYTES_MAX, OBJECTS_MAX, PAGES_MAX};

/// A form under change.
#[derive(Clone)]
pub(super) struct Draft {
    document: Document,
    changed: BTreeSet<ObjectId>,
    pages: Vec<ObjectId>,
    lock: Option<EncryptionState>,
    can_append: bool,
}

impl Draft {
    /// Takes a file apart. Either of its two passwords opens it.
    pub fn open(bytes: &[u8], password: &str) -> Result<Self, PdfError> {
        if bytes.len() > FORM_BYTES_MAX {
            return Err(PdfError::TooLarge { limit_bytes: FORM_BYTES_MAX });
        }
        let options = LoadOptions {
            password: (!password.is_empty()).then(|| password.to_owned()),
            max_decompressed_size: Some(OBJECTS_BYTES_MAX),
            ..LoadOptions::default()
        };
        let mut document = load(bytes, options.clone())?;
        if document.is_encrypted() {
            return Err(PdfError::Locked);
        }
        if document.objects.len() > OBJECTS_MAX {
            return Err(PdfError::TooManyObjects { limit: OBJECTS_MAX });
        }
        document.catalog().map_err(|_| PdfError::NotPdf)?;
        let lost = lost(&document);
        if lost > 0 {
            // The places of some objects are told wrongly: those that can be found may be more.
            let searched = load(bytes, LoadOptions { force_reconstruct: true, ..options });
            document = searched.ok().filter(|searched| self::lost(searched) < lost).unwrap_or(document);
        }
        let pages: Vec<ObjectId> = document.page_iter().take(PAGES_MAX + 1).collect();
        if pages.len() > PAGES_MAX {
            return Err(PdfError::TooManyPages { pages: pages.len(), limit: PAGES_MAX });
        }
        let lock = document.encryption_state.take();
        // What is appended counts on the places of the objects before it being told rightly.
        let can_append = lock.is_none()
            && document.xref_recovery.is_none()
            && document.xref_start > 0
            && bytes.starts_with(b"%PDF-");
        Ok(Self { document, changed: BTreeSet::new(), pages, lock, can_append })
    }

    /// The pages, in their order.
    pub fn pages(&self) -> &[ObjectId] {
        &self.pages
    }

    /// The lock that the file came with.
    pub fn lock(&self) -> Option<&EncryptionState> {
        self.lock.as_ref()
    }

    /// Whether changes can be appended to the file as it was.
    pub fn can_append(&self) -> bool {
        self.can_append
    }

    /// What a dictionary has under a key, with references followed.
    pub fn get<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        self.resolve(dictionary.get(key).ok()?)
    }

    /// What a reference leads to; another object is its own answer.
    pub fn resolve<'a>(&'a self, object: &'a Object) -> Option<&'a Object> {
        let (_, object) = self.document.dereference(object).ok()?;
        (!object.is_null()).then_some(object)
    }

    /// The dictionary that a dictionary has under a key.
    pub fn get_dictionary<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        self.get(dictionary, key).and_then(as_dictionary)
    }

    /// The array that a dictionary has under a key; empty where it has none.
    pub fn get_array<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> &'a [Object] {
        self.get(dictionary, key).and_then(|object| object.as_array().ok()).map_or(&[], Vec::as_slice)
    }

    /// The numbers of the array that a dictionary has under a key.
    pub fn get_numbers(&self, dictionary: &Dictionary, key: &[u8]) -> Vec<f64> {
        self.numbers(self.get_array(dictionary, key), 16)
    }

    fn numbers(&self, array: &[Object], most: usize) -> Vec<f64> {
        array.iter().take(most).filter_map(|object| number(self.resolve(object)?)).collect()
    }

    /// The box that a dictionary has under a key.
    pub fn get_box(&self, dictionary: &Dictionary, key: &[u8]) -> Option<[f64; 4]> {
        self.sides(self.get(dictionary, key)?)
    }

    /// The four numbers of a box, the smaller ones first.
    pub fn sides(&self, object: &Object) -> Option<[f64; 4]> {
        let [x0, y0, x1, y1] = <[f64; 4]>::try_from(self.numbers(object.as_array().ok()?, 4)).ok()?;
        Some([x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)])
    }

    /// The dictionary with this number, or that of the stream.
    pub fn dictionary(&self, id: ObjectId) -> Option<&Dictionary> {
        as_dictionary(self.document.objects.get(&id)?)
    }

    /// The same, to be changed.
    pub fn change(&mut self, id: ObjectId) -> Option<&mut Dictionary> {
        let object = self.document.objects.get_mut(&id)?;
        self.changed.insert(id);
        match object {
            Object::Dictionary(dictionary) => Some(dictionary),
            Object::Stream(stream) => Some(&mut stream.dict),
            _ => None,
        }
    }

    /// A number for an object that is made later with [`Self::put`].
    pub fn reserve(&mut self) -> Result<ObjectId, PdfError> {
        self.document.try_new_object_id().map_err(|_| PdfError::NotPdf)
    }

    /// Puts an object under its number.
    pub fn put(&mut self, id: ObjectId, object: impl Into<Object>) {
        self.changed.insert(id);
        self.document.objects.insert(id, object.into());
    }

    /// Adds an object.
    pub fn add(&mut self, object: impl Into<Object>) -> Result<ObjectId, PdfError> {
        let id = self.reserve()?;
        self.put(id, object);
        Ok(id)
    }

    /// The dictionaries of the array that a dictionary has under a key. Those that stand in the array itself become objects of their own,
    /// so that each can be spoken of by its number.
    pub fn children(&mut self, holder: ObjectId, key: &[u8], limit: usize) -> Vec<ObjectId> {
        let Some(dictionary) = self.dictionary(holder) else { return Vec::new() };
        let array = self.get_array(dictionary, key);
        let is_reference = |object: &Object| matches!(object, Object::Reference(_));
        if !array.iter().take(limit).all(is_reference) {
            let array = array.iter().take(limit).cloned().collect::<Vec<Object>>();
            let lifted: Vec<Object> = array
                .into_iter()
                .filter_map(|object| match object {
                    Object::Dictionary(dictionary) => self.add(dictionary).ok().map(Object::Reference),
                    Object::Reference(id) => Some(Object::Reference(id)),
                    _ => None,
                })
                .collect();
            if let Some(dictionary) = self.change(holder) {
                dictionary.set(key, lifted);
            }
        }
        let Some(dictionary) = self.dictionary(holder) else { return Vec::new() };
        let array = self.get_array(dictionary, key).iter().take(limit);
        array.filter_map(|object| object.as_reference().ok()).collect()
    }

    /// Takes an object away. What leads to it leads nowhere then, which is the same as to nothing (ISO 32000-1, 7.3.10).
    pub fn remove(&mut self, id: ObjectId) {
        self.changed.remove(&id);
        self.document.objects.remove(&id);
    }

    /// The number of the catalog.
    pub fn catalog_id(&self) -> Option<ObjectId> {
        self.document.trailer.get(b"Root").ok()?.as_reference().ok()
    }

    /// The catalog: the root of everything.
    pub fn catalog(&self) -> Option<&Dictionary> {
        self.dictionary(self.catalog_id()?)
    }

    /// The dictionary of the form (ISO 32000-1, 12.7.2).
    pub fn form(&self) -> Option<&Dictionary> {
        self.get_dictionary(self.catalog()?, b"AcroForm")
    }

    /// The number of the form's dictionary. Where it stands in the catalog itself, it becomes an object of its own.
    pub fn form_id(&mut self) -> Option<ObjectId> {
        self.own_id(self.catalog_id()?, b"AcroForm")
    }

    /// The number of what a dictionary has under a key. A dictionary that stands in it becomes an object of its own.
    pub fn own_id(&mut self, holder: ObjectId, key: &[u8]) -> Option<ObjectId> {
        match self.dictionary(holder)?.get(key).ok()? {
            Object::Reference(id) => Some(*id),
            Object::Dictionary(own) => {
                let own = own.clone();
                let id = self.add(own).ok()?;
                self.change(holder)?.set(key, Object::Reference(id));
                Some(id)
            }
            _ => None,
        }
    }

    /// An attribute of a page that it may have from what it is part of (ISO 32000-1, 7.7.3.4).
    pub fn page_attribute(&self, page: ObjectId, key: &[u8]) -> Option<&Object> {
        let mut dictionary = self.dictionary(page)?;
        for _ in 0..crate::limits::FIELD_DEPTH_MAX {
            if let Some(found) = self.get(dictionary, key) {
                return Some(found);
            }
            dictionary = self.get_dictionary(dictionary, b"Parent")?;
        }
        None
    }

    /// Throws away what nothing leads to.
    pub fn prune(&mut self) {
        self.document.prune_objects();
        self.document.max_id = self.document.objects.keys().next_back().map_or(0, |(number, _)| *number);
    }

    /// Takes the document out, for putting it together with others.
    pub fn into_document(self) -> Document {
        self.document
    }

    /// The file with all objects written anew; with its lock, where it had one and keeps it.
    pub fn rewrite(mut self, keeps_lock: bool) -> Result<Vec<u8>, PdfError> {
        // Sections of an older file don't hold for the new one.
        for key in [&b"Prev"[..], b"XRefStm"] {
            self.document.trailer.remove(key);
        }
        let lock = self.lock.take().filter(|_| keeps_lock);
        if let Some(lock) = &lock {
            self.document.encrypt(lock).map_err(|_| PdfError::Unwritable)?;
        }
        let is_packed = lock.is_none()
            && matches!(self.document.reference_table.cross_reference_type, XrefType::CrossReferenceStream);
        let options = SaveOptions::builder()
            .use_object_streams(is_packed)
            .use_xref_streams(is_packed)
            .compression_level(5)
            .build();
        let mut bytes = Vec::new();
        self.document.save_with_options(&mut bytes, options).map_err(|_| PdfError::Unwritable)?;
        Ok(bytes)
    }

    /// The file as it was, with the changes appended.
    pub fn append(mut self, bytes: &[u8]) -> Result<Vec<u8>, PdfError> {
        let changed: Vec<(ObjectId, Object)> =
            self.changed.iter().filter_map(|id| Some((*id, self.document.objects.remove(id)?))).collect();
        self.document.objects.clear();
        self.document.encryption_state = None;
        let mut update = IncrementalDocument::create_from(bytes.to_vec(), self.document);
        update.new_document.objects.extend(changed);
        let mut written = Vec::with_capacity(bytes.len() + 64 * 1024);
        update.save_to(&mut written).map_err(|_| PdfError::Unwritable)?;
        Ok(written)
    }
}

fn load(bytes: &[u8], options: LoadOptions) -> Result<Document, PdfError> {
    Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        lopdf::Error::InvalidPassword => PdfError::Locked,
        lopdf::Error::Decryption(lopdf::encryption::DecryptionError::IncorrectPassword) => PdfError::Locked,
        lopdf::Error::Decryption(_) => PdfError::UnknownLock,
        _ => PdfError::NotPdf,
    })
}

/// How much of what a form is made of is named but not there.
fn lost(document: &Document) -> usize {
    let is_lost =
        |object: &&Object| matches!(object, Object::Reference(_)) && document.dereference(object).is_err();
    let Ok(catalog) = document.catalog() else { return usize::MAX };
    let form = catalog.get(b"AcroForm").ok();
    let fields = form
        .and_then(|form| {
            document.dereference(form).ok()?.1.as_dict().ok()?.get_deref(b"Fields", document).ok()
        })
        .and_then(|fields| fields.as_array().ok())
        .map_or(0, |fields| fields.iter().filter(is_lost).count());
    // Nothing is as bad as a form that is lost as a whole, or all pages.
    let whole =
        usize::from(form.as_ref().is_some_and(is_lost)) + usize::from(document.page_iter().next().is_none());
    fields + 1_000_000 * whole
}

/// A dictionary, or that of a stream.
pub(super) fn as_dictionary(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// A number, whole or not, within what a page may measure many times over.
pub(super) fn number(object: &Object) -> Option<f64> {
    let number = match object {
        Object::Integer(number) => *number as f64,
        // Files have them in single precision; more digits are noise.
        Object::Real(number) => (f64::from(*number) * 1e4).round() / 1e4,
        _ => return None,
    };
    (number.abs() < 1e7).then_some(number)
}

/// A whole number.
pub(super) fn integer(object: &Object) -> Option<i64> {
    match object {
        Object::Integer(number) => Some(*number),
        Object::Real(number) => Some(*number as i64),
        _ => None,
    }
}
