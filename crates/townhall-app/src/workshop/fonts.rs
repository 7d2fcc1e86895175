//! The fonts of this machine, for characters that no font at hand has: Chinese, Japanese and Korean ones, most of all.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, OnceLock, PoisonError};

use fontdb::{Database, FaceInfo, Style};
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
    files: Vec<FontFile>,
    /// The answers to questions.
    answers: HashMap<BTreeSet<char>, Option<FontFile>>,
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
        if let Some(file) = known.files.iter().find(|file| file.covered(characters) == characters.len()) {
            return Some(file.clone());
        }
        if let Some(answer) = known.answers.get(characters) {
            return answer.clone();
        }
        let found = self.find(characters);
        if known.answers.len() >= ANSWERS_MAX {
            known.answers.clear();
        }
        known.answers.insert(characters.clone(), found.clone());
        if let Some(file) = &found {
            known.files.truncate(FILES_MAX - 1);
            known.files.insert(0, file.clone());
        }
        found
    }
}

impl SystemFonts {
    /// The font with most of these characters; of several with all of them, the plainest.
    fn find(&self, characters: &BTreeSet<char>) -> Option<FontFile> {
        let fonts = self.fonts.get_or_init(|| {
            let mut fonts = Database::new();
            fonts.load_system_fonts();
            fonts
        });
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
        fonts.with_face_data(best?, |data, index| FontFile::of(data, index)).flatten()
    }
}
