//! Adds to the content of pages, without a change to what is there.

use std::collections::BTreeMap;
use std::fmt::Write;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::content::{numbers, packed};
use super::draft::Draft;
use super::sheet::Matrix;
use crate::error::PdfError;

/// What is to be drawn over pages: form XObjects and where they go.
#[derive(Default)]
pub(super) struct Paint {
    pages: BTreeMap<ObjectId, Vec<(Matrix, ObjectId)>>,
}

impl Paint {
    /// Something to be drawn over a page, after what is there already.
    pub fn add(&mut self, page: ObjectId, matrix: Matrix, drawn: ObjectId) {
        self.pages.entry(page).or_default().push((matrix, drawn));
    }

    /// Writes it into the pages.
    pub fn finish(self, draft: &mut Draft) -> Result<(), PdfError> {
        for (page, drawn) in self.pages {
            let mut resources = draft
                .page_attribute(page, b"Resources")
                .and_then(|resources| resources.as_dict().ok())
                .cloned()
                .unwrap_or_default();
            let mut pictures = draft.get_dictionary(&resources, b"XObject").cloned().unwrap_or_default();
            // What was there may leave the state of graphics changed: it goes between a save and a restore.
            let mut content = String::from("\nQ\n");
            let mut names = (0..).map(|number| format!("Fill{number}"));
            for (matrix, id) in drawn {
                let Some(name) = names.find(|name| !pictures.has(name.as_bytes())) else { break };
                let _ = writeln!(content, "q {} cm /{name} Do Q", numbers(&matrix));
                pictures.set(name, Object::Reference(id));
            }
            resources.set("XObject", pictures);
            let before = draft.add(Stream::new(Dictionary::new(), b"q\n".to_vec()))?;
            let after = draft.add(packed(Stream::new(Dictionary::new(), content.into_bytes())))?;
            let Some(dictionary) = draft.dictionary(page) else { continue };
            let mut contents = vec![Object::Reference(before)];
            match dictionary.get(b"Contents") {
                Ok(Object::Reference(id)) => match draft.resolve(&Object::Reference(*id)) {
                    Some(Object::Array(parts)) => contents.extend(parts.iter().cloned()),
                    Some(Object::Stream(_)) => contents.push(Object::Reference(*id)),
                    _ => {}
                },
                Ok(Object::Array(parts)) => contents.extend(parts.iter().cloned()),
                _ => {}
            }
            contents.push(Object::Reference(after));
            if let Some(dictionary) = draft.change(page) {
                dictionary.set("Contents", contents);
                dictionary.set("Resources", resources);
            }
        }
        Ok(())
    }
}
