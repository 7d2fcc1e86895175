//! By how much a scanned page leans: in rows along its lines of text, dark pixels are either many or few.

use super::plane::Plane;

/// The largest turn that is looked for, in degrees: pages that lean more were not scanned by a machine that feeds paper.
const DEGREES_MAX: f64 = 3.0;

/// Less than this is straight.
const DEGREES_MIN: f64 = 0.04;

/// About how many dark pixels are looked at.
const SAMPLES: usize = 60_000;

/// How much better rows along the text must be than those of the picture.
const GAIN: f64 = 1.02;

/// By how many degrees a picture has to be turned clockwise to be straight.
pub fn degrees(plane: &Plane) -> f64 {
    let dark = plane.darker_than(plane.border());
    let places = || {
        (0..dark.height)
            .flat_map(|y| dark.row(y).iter().enumerate().filter(|(_, it)| **it).map(move |(x, _)| (x, y)))
    };
    let every = places().count() / SAMPLES + 1;
    let places: Vec<(f64, f64)> = places().step_by(every).map(|(x, y)| (x as f64, y as f64)).collect();
    if places.len() < 100 {
        return 0.0;
    }
    let mut rows = vec![0_u32; dark.height + dark.width / 4];
    let shift = dark.width as f64 / 8.0;
    let mut order = |degrees: f64| -> f64 {
        rows.fill(0);
        let lean = degrees.to_radians().tan();
        let last = rows.len() - 1;
        for (x, y) in &places {
            rows[((y + x * lean + shift).max(0.0) as usize).min(last)] += 1;
        }
        rows.iter().map(|count| f64::from(*count).powi(2)).sum()
    };
    let mut best = |around: f64, reach: f64, step: f64| -> f64 {
        let steps = (reach / step).round() as i32;
        let turns = (-steps..=steps).map(|number| around + f64::from(number) * step);
        turns
            .map(|turn| (turn, order(turn)))
            .max_by(|one, other| one.1.total_cmp(&other.1))
            .map_or(0.0, |best| best.0)
    };
    let rough = best(0.0, DEGREES_MAX, 0.2);
    let fine = best(rough, 0.2, 0.02);
    let is_better = order(fine) > GAIN * order(0.0);
    if fine.abs() >= DEGREES_MIN && is_better { fine } else { 0.0 }
}
