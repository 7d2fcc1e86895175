//! Draws check boxes and radio buttons that come without an appearance (ISO 32000-1, 12.7.4.2). The signs are those of the standard
//! font of signs, but as lines, so that no font is needed.

use std::fmt::Write;

use lopdf::{Dictionary, Stream};

use super::super::content::numbers;
use super::super::field::FieldKind;
use super::frame::Frame;

/// The sign of a button that is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Check,
    Circle,
    Cross,
    Diamond,
    Square,
    Star,
}

/// The appearances of a button: on and off.
pub(in crate::forms) fn draw(frame: &Frame, kind: FieldKind, color: &str) -> (Stream, Stream) {
    let sign = match (frame.caption.as_str(), kind) {
        ("4", _) => Sign::Check,
        ("l", _) => Sign::Circle,
        ("8", _) => Sign::Cross,
        ("u", _) => Sign::Diamond,
        ("n", _) => Sign::Square,
        ("H", _) => Sign::Star,
        (_, FieldKind::Radio) => Sign::Circle,
        _ => Sign::Check,
    };
    let side = 0.7 * frame.inner_side();
    let (x, y) = ((frame.width - side) / 2.0, (frame.height - side) / 2.0);
    let place = numbers(&[side, 0.0, 0.0, side, x, y]);
    let on = format!("q\n{color}\n{place} cm\n{}Q\n", outline(sign));
    (frame.appearance(Dictionary::new(), &on), frame.appearance(Dictionary::new(), ""))
}

/// A sign in a square of one by one.
fn outline(sign: Sign) -> String {
    let star: Vec<(f64, f64)> = (0..10)
        .map(|corner| {
            let radius = if corner % 2 == 0 { 0.5 } else { 0.2 };
            let (sin, cos) = (f64::from(corner) * std::f64::consts::PI / 5.0).sin_cos();
            (0.5 + radius * sin, 0.5 + radius * cos)
        })
        .collect();
    match sign {
        Sign::Check => {
            polygon(&[(0.0, 0.45), (0.14, 0.55), (0.36, 0.28), (0.86, 0.98), (1.0, 0.9), (0.38, 0.0)])
        }
        Sign::Cross => polygon(&[
            (0.0, 0.12),
            (0.38, 0.5),
            (0.0, 0.88),
            (0.12, 1.0),
            (0.5, 0.62),
            (0.88, 1.0),
            (1.0, 0.88),
            (0.62, 0.5),
            (1.0, 0.12),
            (0.88, 0.0),
            (0.5, 0.38),
            (0.12, 0.0),
        ]),
        Sign::Diamond => polygon(&[(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)]),
        Sign::Square => polygon(&[(0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95)]),
        Sign::Star => polygon(&star),
        Sign::Circle => circle(),
    }
}

fn polygon(corners: &[(f64, f64)]) -> String {
    let mut out = String::new();
    for (at, (x, y)) in corners.iter().enumerate() {
        let _ = writeln!(out, "{} {}", numbers(&[*x, *y]), if at == 0 { "m" } else { "l" });
    }
    out.push_str("f\n");
    out
}

/// A circle of four curves, each a quarter.
fn circle() -> String {
    // How far a curve's handles reach so that it is nearest to a quarter of a circle.
    let reach = 0.5 * 0.5523;
    let mut out = format!("{} m\n", numbers(&[1.0, 0.5]));
    for [x1, y1, x2, y2, x, y] in [
        [1.0, 0.5 + reach, 0.5 + reach, 1.0, 0.5, 1.0],
        [0.5 - reach, 1.0, 0.0, 0.5 + reach, 0.0, 0.5],
        [0.0, 0.5 - reach, 0.5 - reach, 0.0, 0.5, 0.0],
        [0.5 + reach, 0.0, 1.0, 0.5 - reach, 1.0, 0.5],
    ] {
        let _ = writeln!(out, "{} c", numbers(&[x1, y1, x2, y2, x, y]));
    }
    out.push_str("f\n");
    out
}
