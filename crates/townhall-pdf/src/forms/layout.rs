//! Breaks texts into lines, and finds the size at which they fit.

use super::fonts::Face;

/// From baseline to baseline, as a share of the size.
pub(super) const LEADING: f64 = 1.15;

/// The smallest size that a text of any size is set in.
const SIZE_MIN: f64 = 4.0;

/// A text of several lines, measured once.
pub(super) struct Measured<'a> {
    face: &'a Face,
    paragraphs: Vec<Vec<(&'a str, f64)>>,
    space: f64,
}

/// How a text came to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fit {
    /// As the form wants it.
    Whole,
    /// In a smaller size than the form wants.
    Smaller(f64),
    /// Not at all: something is cut off.
    Cut,
}

impl<'a> Measured<'a> {
    /// Measures a text.
    pub fn of(face: &'a Face, text: &'a str) -> Self {
        let paragraphs = text
            .split('\n')
            .map(|paragraph| paragraph.split(' ').map(|word| (word, face.width(word))).collect())
            .collect();
        Self { face, paragraphs, space: face.width(" ") }
    }

    /// Breaks it into lines that are not wider than this at this size. Words that are too wide are broken.
    pub fn lines(&self, size: f64, width: f64) -> Vec<String> {
        let width = (width / size).max(0.0);
        let mut lines = Vec::new();
        for paragraph in &self.paragraphs {
            let mut line = String::new();
            let mut used = 0.0;
            let mut is_first = true;
            for (word, length) in paragraph {
                if !is_first && used + self.space + length > width {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                    is_first = true;
                }
                if !is_first {
                    line.push(' ');
                    used += self.space;
                }
                is_first = false;
                if *length <= width {
                    line.push_str(word);
                    used += length;
                    continue;
                }
                for character in word.chars() {
                    let length = self.face.width(character.encode_utf8(&mut [0; 4]));
                    if used > 0.0 && used + length > width {
                        lines.push(std::mem::take(&mut line));
                        used = 0.0;
                    }
                    line.push(character);
                    used += length;
                }
            }
            lines.push(line);
        }
        lines
    }

    /// Whether so many lines of this size are not higher than this.
    fn fits(&self, lines: usize, size: f64, height: f64) -> bool {
        let last = self.face.ascent() - self.face.descent();
        (lines.saturating_sub(1) as f64).mul_add(LEADING, last) * size <= height + 0.01
    }

    /// The lines, and the size at which all of them can be seen, if there is one not below the smallest.
    pub fn fitted(&self, wanted: Wanted, width: f64, height: f64) -> (Vec<String>, f64, Fit) {
        let (mut size, smallest) = wanted.bounds();
        loop {
            let lines = self.lines(size, width);
            if self.fits(lines.len(), size, height) {
                let fit = match wanted {
                    Wanted::Fixed { size: wanted, .. } if size < wanted - 0.01 => Fit::Smaller(size),
                    _ => Fit::Whole,
                };
                return (lines, size, fit);
            }
            if size <= smallest {
                return (lines, size, Fit::Cut);
            }
            // Large sizes are tried in larger steps, so that there are few of them.
            size = (size - (0.04 * size).max(0.5)).max(smallest);
        }
    }
}

/// The size that is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Wanted {
    /// Any up to this one.
    Any {
        /// The largest.
        most: f64,
    },
    /// This one, or down to the share of it that is still good.
    Fixed {
        /// The size.
        size: f64,
        /// The smallest share of it.
        least_share: f64,
    },
}

impl Wanted {
    /// The largest and the smallest size.
    pub fn bounds(self) -> (f64, f64) {
        match self {
            Self::Any { most } => (most.max(SIZE_MIN), SIZE_MIN),
            Self::Fixed { size, least_share } => (size, (size * least_share).max(1.0).min(size)),
        }
    }

    /// The size at which a line is not wider than this.
    pub fn of_line(self, line_width: f64, width: f64, height: f64, face: &Face) -> (f64, Fit) {
        let (most, smallest) = self.bounds();
        let tall = height / (face.ascent() - face.descent());
        let most = match self {
            Self::Any { .. } => most.min(tall).max(smallest),
            // It may stand out a little above and below, as letters rarely do both.
            Self::Fixed { .. } if most > 1.3 * tall => (1.15 * tall).max(smallest),
            Self::Fixed { .. } => most,
        };
        let size = match line_width * most <= width + 0.01 {
            true => most,
            false => width.max(0.0) / line_width,
        };
        match self {
            _ if size < smallest => (smallest, Fit::Cut),
            Self::Fixed { size: wanted, .. } if size < wanted - 0.01 => (size, Fit::Smaller(size)),
            _ => (size, Fit::Whole),
        }
    }
}
