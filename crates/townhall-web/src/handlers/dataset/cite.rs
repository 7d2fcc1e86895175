//! How to cite a dataset: a sentence, BibTeX and RIS, all from the same facts.

use townhall_app::DatasetDetail;

/// The facts of a citation.
pub struct Citation {
    author: String,
    year: String,
    title: String,
    site: String,
    url: String,
    key: String,
    accessed: String,
}

impl Citation {
    /// Gathers the facts; `today` is the day of access, ISO 8601.
    pub fn new(dataset: &DatasetDetail, site: &str, base_url: &str, today: &str) -> Self {
        let year = dataset
            .view
            .modified
            .as_ref()
            .or(dataset.view.issued.as_ref())
            .map(|when| when.text.clone().chars().take(4).collect())
            .unwrap_or_else(|| "n.d.".to_owned());
        Self {
            author: dataset.view.publisher().unwrap_or(site).to_owned(),
            year,
            title: dataset.title(),
            site: site.to_owned(),
            url: format!("{base_url}/data/{}", dataset.slug),
            key: dataset.slug.replace('-', "_"),
            accessed: today.to_owned(),
        }
    }

    /// In the manner of APA, 7th edition, section 10.9.
    pub fn sentence(&self) -> String {
        format!(
            "{}. ({}). {} [Data set]. {}. Retrieved {}, from {}",
            self.author, self.year, self.title, self.site, self.accessed, self.url
        )
    }

    /// A BibTeX entry. Braces keep the capitals of titles; those in the text itself would break the entry.
    pub fn bibtex(&self) -> String {
        let clean = |text: &str| text.replace(['{', '}', '\\'], "");
        format!(
            "@misc{{{},\n  author = {{{{{}}}}},\n  title = {{{{{}}}}},\n  year = {{{}}},\n  publisher = {{{}}},\n  \
             howpublished = {{\\url{{{}}}}},\n  note = {{Data set, retrieved {}}}\n}}\n",
            self.key,
            clean(&self.author),
            clean(&self.title),
            self.year,
            clean(&self.site),
            self.url,
            self.accessed
        )
    }

    /// A RIS record, one tag a line.
    pub fn ris(&self) -> String {
        let line = |text: &str| text.replace(['\r', '\n'], " ");
        format!(
            "TY  - DATA\r\nAU  - {}\r\nTI  - {}\r\nPY  - {}\r\nPB  - {}\r\nUR  - {}\r\nY2  - {}\r\nER  - \r\n",
            line(&self.author),
            line(&self.title),
            self.year,
            line(&self.site),
            self.url,
            self.accessed.replace('-', "/")
        )
    }
}
