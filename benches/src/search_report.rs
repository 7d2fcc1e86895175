//! Percentiles, and the tables of a report.

use std::fmt::Write;

/// What one side took for one question.
#[derive(Debug, Clone, Default)]
pub struct Timing {
    /// The name of the question.
    pub name: String,
    /// How many records it said match.
    pub total: u64,
    /// Each time it was asked, in milliseconds.
    pub took_ms: Vec<f64>,
}

impl Timing {
    /// The time in the middle.
    pub fn median(&self) -> f64 {
        percentile(&self.took_ms, 50.0)
    }
}

/// The value that `percent` of the values don't exceed; 0 when there are none.
pub fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

/// All times of all questions.
pub fn all_times(timings: &[Timing]) -> Vec<f64> {
    timings.iter().flat_map(|timing| timing.took_ms.iter().copied()).collect()
}

/// One line a question: totals and medians of both sides and their ratio.
pub fn by_question(ours: &[Timing], theirs: &[Timing]) -> String {
    let mut table =
        "| question | records | Townhall ms | least ms | PostgreSQL records | PostgreSQL ms | ratio |\n"
            .to_owned();
    table.push_str("|---|--:|--:|--:|--:|--:|--:|\n");
    for (index, mine) in ours.iter().enumerate() {
        let _ = write!(
            table,
            "| {} | {} | {:.2} | {:.2} |",
            mine.name,
            mine.total,
            mine.median(),
            percentile(&mine.took_ms, 0.0)
        );
        let _ = match theirs.get(index) {
            Some(their) => writeln!(
                table,
                " {} | {:.1} | {:.0}x |",
                their.total,
                their.median(),
                their.median() / mine.median().max(0.001)
            ),
            None => writeln!(table, " | | |"),
        };
    }
    table
}

/// Percentiles of both sides and their ratios.
pub fn summary(ours: &[Timing], theirs: &[Timing]) -> String {
    let (mine, their) = (all_times(ours), all_times(theirs));
    let mut table = "| | Townhall ms | PostgreSQL ms | ratio |\n|---|--:|--:|--:|\n".to_owned();
    for percent in [50.0, 95.0, 99.0, 100.0] {
        let (a, b) = (percentile(&mine, percent), percentile(&their, percent));
        let _ = writeln!(table, "| p{percent} | {a:.2} | {b:.1} | {:.0}x |", b / a.max(0.001));
    }
    let ratios: Vec<f64> =
        ours.iter().zip(theirs).map(|(mine, their)| their.median() / mine.median().max(0.001)).collect();
    if !ratios.is_empty() {
        let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let _ = writeln!(table, "| ratio of medians, geometric mean over the questions | | | {mean:.0}x |");
        let _ = writeln!(table, "| ratio of medians, least of the questions | | | {least:.1}x |");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(percentile(&values, 50.0), 50.0);
        assert_eq!(percentile(&values, 95.0), 95.0);
        assert_eq!(percentile(&values, 100.0), 100.0);
        assert_eq!(percentile(&[], 50.0), 0.0);
    }
}
