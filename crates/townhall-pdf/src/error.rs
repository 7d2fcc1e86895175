//! Why a file can't be read.

use townhall_model::ErrorKind;

/// Why a file can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// It is no PDF, or too damaged to be read as one.
    #[error("the file is not a PDF, or is damaged beyond reading")]
    NotPdf,
    /// It is locked.
    #[error("the file is locked; give its password")]
    Locked,
    /// It is locked in a way that can't be opened.
    #[error("the file is locked in a way that can't be opened here")]
    UnknownLock,
    /// It is larger than what is read.
    #[error("the file has more than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// It has more pages than are read.
    #[error("the file has {pages} pages; at most {limit} are read")]
    TooManyPages {
        /// How many it has.
        pages: usize,
        /// The limit.
        limit: usize,
    },
    /// There is no such page.
    #[error("there is no page {page}; the file has {pages}")]
    NoSuchPage {
        /// The page that was asked for, counted from 1.
        page: usize,
        /// How many there are.
        pages: usize,
    },
    /// It is made of more objects than are read.
    #[error("the file has more than {limit} objects")]
    TooManyObjects {
        /// The limit.
        limit: usize,
    },
    /// It holds no values of fields.
    #[error("the file is neither FDF nor XFDF, or is damaged")]
    NotValues,
    /// What was made of it can't be written.
    #[error("the file can't be written")]
    Unwritable,
    /// Something in a page can't be made sense of.
    #[error("page {page} can't be read")]
    Page {
        /// The page, counted from 1.
        page: usize,
    },
}

impl PdfError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotPdf | Self::UnknownLock | Self::Page { .. } | Self::Unwritable | Self::NotValues => {
                ErrorKind::Malformed
            }
            Self::Locked | Self::NoSuchPage { .. } => ErrorKind::Invalid,
            Self::TooLarge { .. } | Self::TooManyPages { .. } | Self::TooManyObjects { .. } => {
                ErrorKind::TooLarge
            }
        }
    }
}
