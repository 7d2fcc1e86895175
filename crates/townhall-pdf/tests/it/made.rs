//! Files that tests make: pages of Helvetica and lines.

use std::fmt::Write;

use townhall_pdf::{Document, Page};

/// A page under construction. Places are points from the upper left corner.
#[derive(Default)]
pub struct Drawing {
    content: String,
    turned: bool,
}

impl Drawing {
    /// Writes a text at a place.
    pub fn text(mut self, x: f64, y: f64, size: f64, text: &str) -> Self {
        let text = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        let matrix = match self.turned {
            // The page lies on its side: its lower edge is at the right.
            true => format!("0 1 -1 0 {y} {x}"),
            false => format!("1 0 0 1 {x} {}", 792.0 - y),
        };
        writeln!(self.content, "BT /F1 {size} Tf {matrix} Tm ({text}) Tj ET").unwrap();
        self
    }

    /// Writes a text that runs upwards from a place.
    pub fn upwards(mut self, x: f64, y: f64, size: f64, text: &str) -> Self {
        writeln!(self.content, "BT /F1 {size} Tf 0 1 -1 0 {x} {} Tm ({text}) Tj ET", 792.0 - y).unwrap();
        self
    }

    /// Draws a line.
    pub fn line(mut self, x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        let (y0, y1) = (792.0 - y0, 792.0 - y1);
        writeln!(self.content, "0.5 w {x0} {y0} m {x1} {y1} l S").unwrap();
        self
    }

    /// Fills a box with a colour, given as shares of red, green and blue.
    pub fn fill(mut self, x: f64, y: f64, width: f64, height: f64, colour: &str) -> Self {
        writeln!(self.content, "{colour} rg {x} {} {width} {height} re f 0 g", 792.0 - y - height).unwrap();
        self
    }

    /// Texts that follow run upwards, as on a page that lies on its side.
    pub fn turned(mut self) -> Self {
        self.turned = true;
        self
    }

    /// Rows of a table: a text for each column, from the left.
    pub fn rows(self, columns: &[f64], y: f64, pitch: f64, rows: &[&[&str]]) -> Self {
        rows.iter().enumerate().fold(self, |drawing, (number, row)| {
            columns
                .iter()
                .zip(*row)
                .filter(|(_, text)| !text.is_empty())
                .fold(drawing, |drawing, (x, text)| drawing.text(*x, y + pitch * number as f64, 10.0, text))
        })
    }

    /// The bytes of a file with this page.
    pub fn file(&self) -> Vec<u8> {
        Self::file_of(std::slice::from_ref(self))
    }

    /// The bytes of a file with these pages.
    pub fn file_of(pages: &[Self]) -> Vec<u8> {
        let kids: Vec<String> = (0..pages.len()).map(|at| format!("{} 0 R", 4 + 2 * at)).collect();
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        ];
        for (at, Self { content, .. }) in pages.iter().enumerate() {
            objects.push(format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
                5 + 2 * at
            ));
            objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
        }
        file_of_objects(&objects)
    }

    /// The page as it is read.
    pub fn page(&self) -> Page {
        Document::open(self.file(), "").unwrap().reader().read(1).unwrap()
    }
}

/// The bytes of a file with these objects, numbered from 1, of which the first is the catalog.
pub fn file_of_objects(objects: &[String]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        write!(file, "{} 0 obj\n{object}\nendobj\n", number + 1).unwrap();
    }
    let start = file.len();
    write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for place in places {
        writeln!(file, "{place:010} 00000 n ").unwrap();
    }
    write!(file, "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1)
        .unwrap();
    file.into_bytes()
}

/// The bytes of a file with a page that is nothing but a picture.
pub fn scan() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
        "<< /Length 28 >>\nstream\nq 600 0 0 780 6 6 cm /I Do Q\nendstream",
        "<< /Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /ASCIIHexDecode /Length 9 >>\nstream\nff80ff80>\nendstream",
    ];
    file_of_objects(&objects.map(str::to_owned))
}
