//! How numbers and times are spread: quantiles and a histogram.
//!
//! While values are counted one by one, both are exact. When there are too many, a sketch takes over: a grid over the
//! values that grows coarser, by halves, as more of it is occupied. It is always as fine as its size allows for what it has
//! seen, so that neither the order of row groups nor the number of threads makes a difference.

use townhall_model::table::{ColumnType, Spread};

use super::{Counts, Scalar, print};

/// Occupied cells of a sketch.
const CELLS_MAX: usize = 2_048;

/// Slots of its table, twice as many as cells.
const SLOTS: usize = CELLS_MAX * 2;

/// Bins of a histogram.
const BINS: usize = 20;

/// The shares of which a profile tells the quantiles.
const SHARES: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

/// How often values stood in each cell of a grid, as far as it is occupied.
#[derive(Default)]
pub(super) struct Sketch {
    /// The cell of a slot and its count; a count of zero is an empty slot.
    slots: Vec<(u64, u64)>,
    used: Vec<u16>,
    /// A cell is as wide as so many bits.
    bits: u32,
}

impl Sketch {
    pub(super) fn clear(&mut self, bits: u32) {
        for slot in self.used.drain(..) {
            self.slots[slot as usize].1 = 0;
        }
        self.bits = bits;
    }

    /// How coarse the grid has become, in bits.
    pub(super) fn coarseness(&self) -> u32 {
        self.bits
    }

    /// Counts a value at its place; none for what has no place, such as an infinite number.
    #[inline]
    pub(super) fn add(&mut self, place: Option<u64>, count: u64) {
        if let Some(place) = place {
            self.add_at(place, count);
        }
    }

    fn add_at(&mut self, place: u64, count: u64) {
        if self.slots.is_empty() {
            self.slots = vec![(0, 0); SLOTS];
        }
        while !self.put(place >> self.bits, count) {
            self.coarsen(self.bits + 1);
        }
    }

    fn put(&mut self, cell: u64, count: u64) -> bool {
        let mut at = (cell.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SLOTS.ilog2())) as usize;
        loop {
            let slot = &mut self.slots[at];
            if slot.1 == 0 {
                if self.used.len() >= CELLS_MAX {
                    return false;
                }
                *slot = (cell, count);
                self.used.push(at as u16);
                return true;
            }
            if slot.0 == cell {
                slot.1 += count;
                return true;
            }
            at = (at + 1) % SLOTS;
        }
    }

    fn coarsen(&mut self, bits: u32) {
        let by = bits - self.bits;
        let cells: Vec<(u64, u64)> = self.cells().collect();
        self.clear(bits);
        for (cell, count) in cells {
            // Coarser cells are never more than finer ones were.
            self.put(cell >> by, count);
        }
    }

    fn cells(&self) -> impl Iterator<Item = (u64, u64)> {
        self.used.iter().map(|slot| self.slots[*slot as usize])
    }

    pub(super) fn merge(&mut self, other: &Self) {
        if other.used.is_empty() {
            return;
        }
        if self.bits < other.bits {
            self.coarsen(other.bits);
        }
        for (cell, count) in other.cells() {
            self.add_at(cell << other.bits, count);
        }
    }
}

/// Whether values of a type are spread at all.
pub(super) const fn suits(kind: ColumnType) -> bool {
    kind.is_numeric() || kind.is_temporal()
}

/// The place of a value on the grid: in the order of the values, for numbers finer the nearer they are to nought, since
/// amounts have long tails; times lie evenly.
pub(super) fn place(value: &Scalar, kind: ColumnType) -> Option<u64> {
    let number = match value {
        Scalar::Number(number) => *number,
        Scalar::Integer(value) if kind.is_numeric() => *value as f64,
        Scalar::Integer(value) => return Some(*value as u64 ^ 1 << 63),
        Scalar::Text(_) => return None,
    };
    number.is_finite().then(|| {
        let bits = (number + 0.0).to_bits();
        if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
    })
}

fn value_at(place: u64, kind: ColumnType) -> f64 {
    match kind {
        ColumnType::Number | ColumnType::Integer => {
            f64::from_bits(if place >> 63 == 1 { place & !(1 << 63) } else { !place })
                .clamp(f64::MIN, f64::MAX)
        }
        _ => (place ^ 1 << 63) as i64 as f64,
    }
}

/// Values between two bounds and how many there are.
struct Cell {
    low: f64,
    high: f64,
    count: u64,
}

/// What is known of the spread; nothing of what is neither numbers nor times, and of no values.
pub(super) fn of(counts: &Counts, is_exact: bool, kind: ColumnType) -> Option<Spread> {
    if !suits(kind) {
        return None;
    }
    let mut cells: Vec<Cell> = if is_exact {
        let number = |value: &Scalar| match value {
            Scalar::Integer(value) => Some(*value as f64),
            Scalar::Number(number) => Some(*number).filter(|number| number.is_finite()),
            Scalar::Text(_) => None,
        };
        let values = counts.distinct.values();
        values
            .filter_map(|frequency| {
                let value = number(&frequency.value)?;
                Some(Cell { low: value, high: value, count: frequency.count })
            })
            .collect()
    } else {
        let bits = counts.sketch.bits;
        let cells = counts.sketch.cells();
        cells
            .map(|(cell, count)| {
                let first = cell << bits;
                let last = first | ((1_u64 << bits) - 1);
                Cell { low: value_at(first, kind), high: value_at(last, kind), count }
            })
            .collect()
    };
    cells.sort_unstable_by(|a, b| a.low.total_cmp(&b.low));
    let (first, last) = (cells.first()?, cells.last()?);
    let within = |scalar: &Option<Scalar>, else_: f64| match scalar {
        Some(Scalar::Integer(value)) => *value as f64,
        Some(Scalar::Number(number)) if number.is_finite() => *number,
        _ => else_,
    };
    let (min, max) = (within(&counts.min, first.low), within(&counts.max, last.high));
    for cell in &mut cells {
        (cell.low, cell.high) = (cell.low.clamp(min, max), cell.high.clamp(min, max));
    }
    let print = |value: f64| match kind {
        ColumnType::Number => print(&Scalar::Number(value + 0.0), kind),
        _ => print(&Scalar::Integer(value as i64), kind),
    };
    let quantiles = SHARES.iter().map(|share| (*share, print(quantile(&cells, *share, kind)))).collect();
    let edges = edges(min, max, kind);
    let mut bins = vec![0; edges.len() - 1];
    for cell in &cells {
        let middle = f64::midpoint(cell.low, cell.high);
        let bin = edges.partition_point(|edge| *edge <= middle).saturating_sub(1);
        bins[bin.min(edges.len() - 2)] += cell.count;
    }
    Some(Spread {
        exact: is_exact || counts.sketch.bits == 0,
        quantiles,
        edges: edges.into_iter().map(print).collect(),
        counts: bins,
    })
}

/// The value of the nearest rank; within a cell, values are taken to lie evenly.
fn quantile(cells: &[Cell], share: f64, kind: ColumnType) -> f64 {
    let total: u64 = cells.iter().map(|cell| cell.count).sum();
    let rank = ((share * total as f64).ceil() as u64).clamp(1, total.max(1));
    let mut before = 0;
    for cell in cells {
        if before + cell.count >= rank {
            let within = (rank - before) as f64 - 0.5;
            let value = cell.low + (cell.high - cell.low) * (within / cell.count as f64);
            return if kind == ColumnType::Number || cell.low == cell.high { value } else { value.round() };
        }
        before += cell.count;
    }
    cells.last().map_or(0.0, |cell| cell.high)
}

/// Where the bins begin and the last ends. Whole numbers, days and instants have whole bins.
fn edges(min: f64, max: f64, kind: ColumnType) -> Vec<f64> {
    if kind == ColumnType::Number {
        if min == max {
            return vec![min, max];
        }
        let width = max / BINS as f64 - min / BINS as f64;
        return (0..BINS).map(|bin| min + bin as f64 * width).chain([max]).collect();
    }
    let span = max - min + 1.0;
    let width = (span / BINS as f64).ceil().max(1.0);
    let bins = (span / width).ceil().max(1.0) as usize;
    (0..=bins).map(|bin| min + bin as f64 * width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketched(values: &[f64], parts: usize) -> Sketch {
        let mut whole = Sketch::default();
        for part in values.chunks(values.len().div_ceil(parts)) {
            let mut sketch = Sketch::default();
            part.iter().for_each(|value| sketch.add(place(&Scalar::Number(*value), ColumnType::Number), 1));
            whole.merge(&sketch);
        }
        whole
    }

    #[test]
    fn a_sketch_is_the_same_however_values_come() {
        let mut values: Vec<f64> =
            (0..30_000).map(|n| f64::from(n * 7_919 % 30_011) * 0.37 - 900.0).collect();
        let one = sketched(&values, 1);
        values.reverse();
        let other = sketched(&values, 13);
        assert_eq!(one.bits, other.bits);
        let sorted = |sketch: &Sketch| {
            let mut cells: Vec<_> = sketch.cells().collect();
            cells.sort_unstable();
            cells
        };
        assert_eq!(sorted(&one), sorted(&other));
        assert!(one.used.len() > CELLS_MAX / 4 && one.used.len() <= CELLS_MAX);
    }

    #[test]
    fn places_are_in_the_order_of_values_and_lead_back_to_them() {
        let values = [f64::MIN, -2.5, -1e-300, 0.0, 1e-9, 3.0, 1e18];
        for pair in values.windows(2) {
            let at = |value| place(&Scalar::Number(value), ColumnType::Number);
            assert!(at(pair[0]) < at(pair[1]));
        }
        for value in values {
            let at = place(&Scalar::Number(value), ColumnType::Number).unwrap();
            assert_eq!(value_at(at, ColumnType::Number), value);
        }
        assert_eq!(value_at(place(&Scalar::Integer(-5), ColumnType::Date).unwrap(), ColumnType::Date), -5.0);
        assert_eq!(
            value_at(place(&Scalar::Integer(7), ColumnType::Integer).unwrap(), ColumnType::Integer),
            7.0
        );
    }

    #[test]
    fn whole_numbers_have_whole_bins() {
        assert_eq!(edges(0.0, 3.0, ColumnType::Integer), [0.0, 1.0, 2.0, 3.0, 4.0]);
        let wide = edges(1.0, 100.0, ColumnType::Integer);
        assert_eq!((wide[0], wide[1], wide[20]), (1.0, 6.0, 101.0));
    }
}
