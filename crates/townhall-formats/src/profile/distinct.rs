//! Counts distinct values: exactly while they are few, then by estimate.

use std::hash::Hasher;

/// Counts of the distinct values of one row group: open addressing over hashes, which stand for their values. Two among
/// 65,536 values share one of 2^64 hashes once in ten thousand million tables.
#[derive(Default)]
pub(super) struct LocalTable {
    /// The hash, how often, and the first row with it; a count of zero is an empty slot.
    slots: Vec<(u64, u32, u32)>,
    used: Vec<u32>,
    max: usize,
    /// One less than the number of slots, a power of two.
    mask: usize,
}

pub(super) enum Counted {
    First,
    Again,
    Full,
}

impl LocalTable {
    /// Makes room for `max` values among `rows` rows: no more than that, so that it stays in the cache.
    pub(super) fn clear(&mut self, max: usize, rows: usize) {
        for slot in self.used.drain(..) {
            self.slots[slot as usize].1 = 0;
        }
        let slots = (2 * max.min(rows)).next_power_of_two();
        if self.slots.len() < slots {
            self.slots = vec![(0, 0, 0); slots];
        }
        (self.max, self.mask) = (max, slots - 1);
    }

    #[inline]
    pub(super) fn count(&mut self, hash: u64, row: usize) -> Counted {
        let mut at = hash as usize & self.mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.1 == 0 {
                if self.used.len() >= self.max {
                    return Counted::Full;
                }
                *slot = (hash, 1, row as u32);
                self.used.push(at as u32);
                return Counted::First;
            }
            if slot.0 == hash {
                slot.1 += 1;
                return Counted::Again;
            }
            at = (at + 1) & self.mask;
        }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (u64, u64, usize)> {
        self.used.iter().map(|slot| {
            let (hash, count, row) = self.slots[*slot as usize];
            (hash, u64::from(count), row as usize)
        })
    }
}

/// HyperLogLog with 2^12 registers: within about 2 per cent (Flajolet et al., 2007).
#[derive(Clone)]
pub(super) struct Estimate {
    registers: Box<[u8; Self::REGISTERS]>,
}

impl Estimate {
    const BITS: u32 = 12;
    const REGISTERS: usize = 1 << Self::BITS;

    pub(super) fn new() -> Self {
        Self { registers: Box::new([0; Self::REGISTERS]) }
    }

    pub(super) fn clear(&mut self) {
        self.registers.fill(0);
    }

    #[inline]
    pub(super) fn add(&mut self, hash: u64) {
        let register = &mut self.registers[(hash >> (64 - Self::BITS)) as usize];
        let rank = ((hash << Self::BITS) | 1 << (Self::BITS - 1)).leading_zeros() as u8 + 1;
        *register = rank.max(*register);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (register, more) in self.registers.iter_mut().zip(other.registers.iter()) {
            *register = (*register).max(*more);
        }
    }

    pub(super) fn count(&self) -> u64 {
        let size = Self::REGISTERS as f64;
        let sum: f64 = self.registers.iter().map(|rank| (-f64::from(*rank)).exp2()).sum();
        let raw = 0.7213 / (1.0 + 1.079 / size) * size * size / sum;
        let empty = self.registers.iter().filter(|rank| **rank == 0).count();
        if raw <= 2.5 * size && empty > 0 {
            (size * (size / empty as f64).ln()).round() as u64
        } else {
            raw.round() as u64
        }
    }
}

/// Passes on keys that are hashes already.
#[derive(Default)]
pub(super) struct Unhashed(u64);

impl Hasher for Unhashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash_bytes(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
const STEP: u64 = 0xD6E8_FEB8_6659_FD93;

/// Multiplies to 128 bits and folds the halves together: every bit of the result depends on every bit of the operands.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ (product >> 64) as u64
}

#[inline]
pub(super) fn hash_word(word: u64) -> u64 {
    fold(fold(word ^ SEED, STEP) ^ SEED, 0xA076_1D64_78BD_642F)
}

#[inline]
pub(super) fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut hash = SEED ^ bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = fold(hash ^ u64::from_le_bytes(*word), STEP);
    }
    let mut last = 0;
    for byte in rest {
        last = last << 8 | u64::from(*byte);
    }
    fold(fold(hash ^ last, STEP) ^ SEED, 0xA076_1D64_78BD_642F)
}
