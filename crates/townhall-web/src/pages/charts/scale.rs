//! Numbers of drawings.

/// Two decimals, so that a drawing stays short.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0 + 0.0
}
