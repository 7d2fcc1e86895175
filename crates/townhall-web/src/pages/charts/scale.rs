//! Round numbers for an axis.

/// Ticks at round numbers from at most `low` to at least `high`, about `count` of them.
pub(super) fn ticks(low: f64, high: f64, count: u32) -> Vec<f64> {
    let span = if high > low { high - low } else { low.abs().max(1.0) };
    let raw = span / f64::from(count.max(1));
    let power = 10f64.powf(raw.log10().floor());
    let step =
        [1.0, 2.0, 2.5, 5.0, 10.0].map(|m| m * power).into_iter().find(|step| *step >= raw).unwrap_or(raw);
    let first = (low / step).floor();
    let last = ((low + span) / step).ceil();
    let steps = (last - first).clamp(1.0, 50.0) as u32;
    (0..=steps).map(|i| (first + f64::from(i)) * step).collect()
}

/// A share of the whole in percent with two decimals, so that a drawing stays short.
pub(super) fn percent(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { rounded(part / whole * 100.0) }
}

/// Two decimals.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_all_values() {
        assert_eq!(ticks(0.0, 97.0, 4), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(ticks(313.0, 420.0, 4), [300.0, 350.0, 400.0, 450.0]);
        assert_eq!(ticks(-3.0, 3.0, 4), [-4.0, -2.0, 0.0, 2.0, 4.0]);
        assert_eq!(ticks(5.0, 5.0, 4), [4.0, 6.0, 8.0, 10.0]);
        assert!(ticks(0.0, 0.0, 4).len() >= 2);
    }
}
