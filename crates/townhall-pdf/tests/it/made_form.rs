//! Forms that tests make: one page, and the fields that are given as they stand in files.

use std::collections::BTreeMap;

use townhall_pdf::forms::{FillOptions, Filled, Filling, FormDocument, Remark, Value};
use townhall_pdf::{Document, lines};

use crate::made::file_of_objects;

/// A form under construction.
#[derive(Clone, Default)]
pub struct MadeForm {
    fields: Vec<(bool, String)>,
    page: String,
    form: String,
    catalog: String,
    more: Vec<String>,
}

/// The number of the object of the first field.
pub const FIRST: usize = 6;

impl MadeForm {
    /// A field that stands for itself, with what is in its dictionary. Its widget is on the page if it has a `Rect`.
    pub fn field(mut self, dictionary: &str) -> Self {
        self.fields.push((true, dictionary.to_owned()));
        self
    }

    /// A dictionary below a field, or one that no list of fields has.
    pub fn kid(mut self, dictionary: &str) -> Self {
        self.fields.push((false, dictionary.to_owned()));
        self
    }

    /// A text field of this name in a box.
    pub fn text(self, name: &str, rect: [i32; 4], more: &str) -> Self {
        let [x0, y0, x1, y1] = rect;
        self.field(&format!("/FT /Tx /T ({name}) /Rect [{x0} {y0} {x1} {y1}] /Subtype /Widget {more}"))
    }

    /// What else is in the dictionary of the page.
    pub fn page(mut self, more: &str) -> Self {
        self.page.push_str(more);
        self
    }

    /// What else is in the dictionary of the form.
    pub fn form(mut self, more: &str) -> Self {
        self.form.push_str(more);
        self
    }

    /// What else is in the catalog.
    pub fn catalog(mut self, more: &str) -> Self {
        self.catalog.push_str(more);
        self
    }

    /// An object after the fields.
    pub fn object(mut self, object: &str) -> Self {
        self.more.push(object.to_owned());
        self
    }

    /// The bytes of the file.
    pub fn file(&self) -> Vec<u8> {
        let list = |wanted: &dyn Fn(&(bool, String)) -> bool| {
            let numbers = self.fields.iter().enumerate().filter(|(_, field)| wanted(field));
            numbers.map(|(at, _)| format!("{} 0 R", FIRST + at)).collect::<Vec<_>>().join(" ")
        };
        let (fields, widgets) = (list(&|(is_top, _)| *is_top), list(&|(_, text)| text.contains("/Rect")));
        let mut objects = vec![
            format!("<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R {} >>", self.catalog),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Annots [{widgets}] {} >>",
                self.page
            ),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
            format!(
                "<< /Fields [{fields}] /DA (/Helv 0 Tf 0 g) {} {} >>",
                if self.form.contains("/DR") { "" } else { "/DR << /Font << /Helv 4 0 R >> >>" },
                self.form
            ),
        ];
        objects.extend(self.fields.iter().map(|(_, field)| format!("<< {field} >>")));
        objects.extend(self.more.clone());
        file_of_objects(&objects)
    }

    /// The form as it is opened.
    pub fn open(&self) -> FormDocument {
        FormDocument::open(self.file(), "").unwrap()
    }

    /// The form with values in it.
    pub fn fill(&self, values: &[(&str, Value)]) -> Filled {
        self.open().fill(&filling(values), &FillOptions::default()).unwrap()
    }
}

/// Values to fill in.
pub fn filling(values: &[(&str, Value)]) -> Filling {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Filling { values, ..Filling::default() }
}

/// What stands in a filled file.
pub fn values(filled: &Filled) -> BTreeMap<String, Value> {
    FormDocument::open(filled.bytes.clone(), "").unwrap().values()
}

/// The words that are seen on a page, line by line, read by another reader than that of forms.
pub fn seen(bytes: &[u8], page: usize) -> Vec<String> {
    let document = Document::open(bytes.to_vec(), "").unwrap();
    let page = document.reader().read(page).unwrap();
    lines(&page)
        .iter()
        .map(|line| line.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "))
        .collect()
}

/// The remarks as sentences.
pub fn told(remarks: &[Remark]) -> Vec<String> {
    remarks.iter().map(Remark::to_string).collect()
}
