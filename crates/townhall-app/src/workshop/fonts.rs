//! The fonts of this machine, for characters that no font at hand has: Chinese, Japanese and Korean ones, most of all.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, OnceLock, PoisonError};

use fontdb::{Database, FaceInfo, ID, Style};
use townhall_pdf::forms::{FontFile, FontSource, font_covers};

/// The fonts of this machine. They are looked for once, when one is needed.
#[derive(Debug, Default)]
pub struct SystemFonts {
    fonts: OnceLock<Database>,
    known: Mutex<Known>,
}

/// What is known from earlier questions.
#[derive(Debug, Default)]
struct Known {
    /// Fonts that were read, the last one first; one with Chinese characters has 20 MB.
    files: Vec<(ID, FontFile)>,
    /// The answers to questions.
    answers: HashMap<BTreeSet<char>, Option<ID>>,
}

/// Most fonts that are held.
const FILES_MAX: usize = 3;

/// Most answers that are held.
const ANSWERS_MAX: usize = 200;

/// The weight of letters that are neither light nor bold.
const REGULAR: u16 = 400;

impl FontSource for SystemFonts {
    fn font_for(&self, characters: &BTreeSet<char>) -> Option<FontFile> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let covers = |file: &FontFile| file.covered(characters) == characters.len();
        if let Some((_, file)) = known.files.iter().find(|(_, file)| covers(file)) {
            return Some(file.clone());
        }
        let answer = match known.answers.get(characters) {
            Some(answer) => *answer,
            None => {
                let answer = self.find(characters);
                if known.answers.len() >= ANSWERS_MAX {
                    known.answers.clear();
                }
                known.answers.insert(characters.clone(), answer);
                answer
            }
        };
        let id = answer?;
        if let Some((_, file)) = known.files.iter().find(|(other, _)| *other == id) {
            return Some(file.clone());
        }
        let file = self.fonts().with_face_data(id, |data, index| FontFile::of(data, index)).flatten()?;
        known.files.truncate(FILES_MAX - 1);
        known.files.insert(0, (id, file.clone()));
        Some(file)
    }
}

impl SystemFonts {
    /// The font with most of these characters; of several with all of them, the plainest.
    fn find(&self, characters: &BTreeSet<char>) -> Option<ID> {
        let fonts = self.fonts();
        let mut faces: Vec<&FaceInfo> = fonts.faces().filter(|face| face.style == Style::Normal).collect();
        faces.sort_by_cached_key(|face| {
            let name = &face.post_script_name;
            let weight = face.weight.0.abs_diff(REGULAR);
            // The first font of a collection is the one that its makers want to be usual.
            (weight, face.monospaced, !name.contains("Sans"), face.index, name.clone())
        });
        let mut best = None;
        let mut most = 0;
        for face in faces {
            let covers = |data: &[u8], index: u32| font_covers(data, index, characters);
            let covered = fonts.with_face_data(face.id, covers).unwrap_or(0);
            if covered > most {
                (best, most) = (Some(face.id), covered);
            }
            if most == characters.len() {
                break;
            }
        }
        best
    }

    fn fonts(&self) -> &Database {
        self.fonts.get_or_init(|| {
            let mut fonts = Database::new();
            fonts.load_system_fonts();
            fonts
        })
    }
}
