//! Areas of a page, to be asked for places many times.

use crate::page::Rect;

/// The height of the bands in which areas are looked up.
const BAND: f64 = 24.0;

/// Most bands: a page that is as high as it may be has fewer.
const BANDS_MAX: usize = 1_024;

/// Areas of a page.
pub struct Areas {
    /// For each band from above the areas that reach into it.
    bands: Vec<Vec<Rect>>,
}

impl Areas {
    /// These areas; what they have above the page is left out.
    pub fn of(areas: &[Rect]) -> Self {
        let mut bands: Vec<Vec<Rect>> = Vec::new();
        for area in areas.iter().filter(|area| area.y1 >= 0.0) {
            let (from, to) = (band_of(area.y0), band_of(area.y1));
            if bands.len() <= to {
                bands.resize_with(to + 1, Vec::new);
            }
            for band in &mut bands[from..=to] {
                band.push(*area);
            }
        }
        Self { bands }
    }

    /// Whether a place is in one of them.
    pub fn contain(&self, x: f64, y: f64) -> bool {
        self.bands.get(band_of(y)).is_some_and(|band| band.iter().any(|area| area.contains(x, y)))
    }
}

fn band_of(y: f64) -> usize {
    ((y.max(0.0) / BAND) as usize).min(BANDS_MAX - 1)
}
