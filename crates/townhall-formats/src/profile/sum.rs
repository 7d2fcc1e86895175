//! Sums that are exact, and so do not depend on the order of what is added.

#[derive(Clone, Copy)]
pub(super) enum Addend {
    Integer(i64),
    Number(f64),
}

/// A sum of floating-point numbers that does not depend on their order: every number is a whole number of 53 bits times a
/// power of two, and those are added exactly, in 64 lanes of 32 powers each.
#[derive(Default)]
pub(super) struct ExactSum {
    integers: i128,
    lanes: Option<Box<[i128; 64]>>,
}

impl ExactSum {
    #[inline]
    pub(super) fn add(&mut self, addend: Addend) {
        match addend {
            Addend::Integer(value) => self.integers += i128::from(value),
            Addend::Number(number) => {
                let bits = number.to_bits();
                let exponent = (bits >> 52) as usize & 0x7FF;
                let mantissa = bits & ((1 << 52) - 1) | if exponent == 0 { 0 } else { 1 << 52 };
                let power = exponent.max(1);
                let magnitude = i128::from(mantissa) << (power & 31);
                let lanes = self.lanes.get_or_insert_with(|| Box::new([0; 64]));
                lanes[power >> 5] += if number.is_sign_negative() { -magnitude } else { magnitude };
            }
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.integers += other.integers;
        if let Some(more) = &other.lanes {
            let lanes = self.lanes.get_or_insert_with(|| Box::new([0; 64]));
            for (lane, more) in lanes.iter_mut().zip(more.iter()) {
                *lane += more;
            }
        }
    }

    pub(super) fn total(&self) -> f64 {
        let mut total = self.integers as f64;
        if let Some(lanes) = &self.lanes {
            // From the largest power down, so that small lanes are not lost before large ones cancel.
            for (index, lane) in lanes.iter().enumerate().rev() {
                if *lane != 0 {
                    let power = index as i32 * 32 - 1075;
                    total += *lane as f64 * f64::powi(2.0, power / 2) * f64::powi(2.0, power - power / 2);
                }
            }
        }
        total
    }
}
