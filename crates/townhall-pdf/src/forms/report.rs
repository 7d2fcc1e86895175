//! What became of a filling, for those who asked for it.

use std::fmt;

use serde::Serialize;

/// A file that was filled.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled {
    /// The file.
    pub bytes: Vec<u8>,
    /// What became of it.
    pub report: Report,
}

/// What became of a filling.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Report {
    /// The full names of the fields that were set.
    pub set: Vec<String>,
    /// What did not go as it was asked for, and what else is worth knowing.
    pub remarks: Vec<Remark>,
}

/// Something about a filling that is worth knowing. As a text it is a sentence for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Remark {
    /// There is no field of this name.
    UnknownField {
        /// The name.
        name: String,
        /// The name of a field that is much like it.
        nearest: Option<String>,
    },
    /// It can't be chosen in this field, which was left as it was.
    BadOption {
        /// The field.
        name: String,
        /// What was asked for.
        value: String,
        /// What can be chosen.
        options: Vec<String>,
    },
    /// This sort of field does not take such a value.
    BadValue {
        /// The field.
        name: String,
    },
    /// The text was cut off at the most characters that the field takes.
    Truncated {
        /// The field.
        name: String,
        /// Most characters.
        max_length: usize,
        /// What was cut off.
        dropped: String,
    },
    /// The text is set smaller than the form wants, so that it fits.
    Shrunk {
        /// The field.
        name: String,
        /// The size, in points.
        size: f64,
    },
    /// Not all of the text can be seen.
    Overflow {
        /// The field.
        name: String,
    },
    /// No font has these characters. They are in the value, but what is seen in their place is an empty box.
    NoGlyphs {
        /// The field; none for a stamp.
        name: Option<String>,
        /// The characters.
        characters: String,
    },
    /// The field is not to be changed by people; it was set all the same.
    ReadOnly {
        /// The field.
        name: String,
    },
    /// The field is shown on no page, so that its value can't be seen.
    NotShown {
        /// The field.
        name: String,
    },
    /// The picture can't be read.
    BadImage {
        /// The field; none for a stamp.
        name: Option<String>,
    },
    /// There is no such page to put a stamp onto.
    NoSuchPage {
        /// The page, counted from 1.
        page: usize,
    },
    /// There are more stamps than are put onto a file.
    TooManyStamps,
    /// The form had a second form in it (XFA), which would hide the values; it was taken out.
    XfaRemoved,
    /// The form had rights that its maker's program granted; they do not hold for a changed file, and were taken out.
    UsageRightsRemoved,
    /// The form is signed. Writing it anew makes the signatures invalid; appending shows that it was changed after.
    Signed {
        /// The fields of the signatures.
        names: Vec<String>,
    },
    /// Scripts compute, check or format fields. They were not run.
    Scripts {
        /// The fields they look at.
        names: Vec<String>,
    },
    /// Its lock does not let people fill it in.
    NotPermitted,
    /// The changes can't be appended to a file that is locked or damaged; all of it was written anew.
    NotAppended,
}

impl fmt::Display for Remark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |name: &Option<String>| match name {
            Some(name) => format!("the field `{name}`"),
            None => "a stamp".to_owned(),
        };
        match self {
            Self::UnknownField { name, nearest: Some(nearest) } => {
                write!(out, "there is no field `{name}`; did you mean `{nearest}`?")
            }
            Self::UnknownField { name, nearest: None } => write!(out, "there is no field `{name}`"),
            Self::BadOption { name, value, options } => {
                let options: Vec<String> = options.iter().take(20).map(|it| format!("`{it}`")).collect();
                write!(out, "`{value}` can't be chosen in the field `{name}`; it has {}", options.join(", "))
            }
            Self::BadValue { name } => write!(out, "the field `{name}` does not take such a value"),
            Self::Truncated { name, max_length, dropped } => {
                write!(out, "the field `{name}` takes {max_length} characters; `{dropped}` was cut off")
            }
            Self::Shrunk { name, size } => {
                write!(out, "the text of the field `{name}` is set in size {size:.1}")
            }
            Self::Overflow { name } => write!(out, "not all of the text of the field `{name}` can be seen"),
            Self::NoGlyphs { name, characters } => {
                write!(out, "no font has the characters `{characters}` of {}", of(name))
            }
            Self::ReadOnly { name } => {
                write!(out, "the field `{name}` is read-only; it was set all the same")
            }
            Self::NotShown { name } => write!(out, "the field `{name}` is shown on no page"),
            Self::BadImage { name } => {
                write!(out, "the picture of {} is not a PNG or JPEG that can be read", of(name))
            }
            Self::NoSuchPage { page } => write!(out, "there is no page {page} to put a stamp onto"),
            Self::TooManyStamps => write!(out, "there are too many stamps; the last ones were left out"),
            Self::XfaRemoved => write!(out, "the second form inside it (XFA) was taken out"),
            Self::UsageRightsRemoved => write!(out, "its usage rights were taken out, as it was changed"),
            Self::Signed { names } => write!(out, "it is signed in `{}`", names.join("`, `")),
            Self::Scripts { names } => match names.len() {
                0 => write!(out, "it has scripts; they were not run"),
                count => write!(out, "scripts look at {count} of its fields; they were not run"),
            },
            Self::NotPermitted => write!(out, "its lock does not let people fill it in"),
            Self::NotAppended => write!(out, "nothing can be appended to this file; it was written anew"),
        }
    }
}
