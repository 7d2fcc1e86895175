//! Writes and reads the operators of content streams (ISO 32000-1, 7.8.2), and makes form XObjects of them (8.10).

use lopdf::{Dictionary, Object, Stream, dictionary};

use super::sheet::Matrix;

/// A number as content streams have it: with at most three digits after the point.
pub(super) fn number(number: f64) -> String {
    if !number.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{number:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" | "" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// Numbers parted by spaces.
pub(super) fn numbers(numbers: &[f64]) -> String {
    numbers.iter().map(|it| number(*it)).collect::<Vec<_>>().join(" ")
}

/// A number as an object.
pub(super) fn real(number: f64) -> Object {
    Object::Real(number as f32)
}

/// Several numbers as an object.
pub(super) fn reals(numbers: &[f64]) -> Object {
    Object::Array(numbers.iter().map(|number| real(*number)).collect())
}

/// A piece of content that can be drawn anywhere.
pub(super) fn form(sides: [f64; 4], matrix: Matrix, resources: Dictionary, content: String) -> Stream {
    let dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "FormType" => 1,
        "BBox" => reals(&sides),
        "Matrix" => reals(&matrix),
        "Resources" => resources,
    };
    packed(Stream::new(dictionary, content.into_bytes()))
}

/// A stream, made smaller where that is worth it.
pub(super) fn packed(mut stream: Stream) -> Stream {
    if stream.content.len() > 400 {
        // One that can't be made smaller stays as it is.
        let _ = stream.compress();
    }
    stream
}

/// Font, size and colour of a text, as `DA` has them (ISO 32000-1, 12.7.3.3).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TextStyle {
    /// The name of the font in the form's resources.
    pub font: Vec<u8>,
    /// The size; 0 leaves it to us.
    pub size: f64,
    /// The operators that set the colour.
    pub color: String,
}

impl TextStyle {
    /// Reads it. Black and of any size where nothing is said.
    pub fn of(operators: &[u8]) -> Self {
        let mut style = Self { font: b"Helv".to_vec(), size: 0.0, color: "0 g".to_owned() };
        let text = String::from_utf8_lossy(operators);
        // A name may follow what is before it without a space.
        let text = text.replace('/', " /");
        let mut operands: Vec<&str> = Vec::new();
        for word in text.split_ascii_whitespace().take(100) {
            let amounts = || -> Option<Vec<f64>> {
                operands.iter().map(|word| word.parse::<f64>().ok().filter(|it| it.is_finite())).collect()
            };
            let is_color = matches!((word, operands.len()), ("g", 1) | ("rg", 3) | ("k", 4));
            match word {
                "Tf" => {
                    if let [.., font, size] = operands.as_slice() {
                        if let Some(name) = font.strip_prefix('/') {
                            style.font = name_bytes(name);
                        }
                        style.size = size.parse().ok().filter(|it| (0.0..1000.0).contains(it)).unwrap_or(0.0);
                    }
                    operands.clear();
                }
                _ if is_color => {
                    if let Some(amounts) = amounts() {
                        style.color = format!("{} {word}", numbers(&amounts));
                    }
                    operands.clear();
                }
                "g" | "rg" | "k" | "Tm" | "Td" | "Tc" | "Tw" | "Tz" | "TL" | "Tr" | "Ts" | "BT" | "ET"
                | "G" | "RG" | "K" => operands.clear(),
                operand => operands.push(operand),
            }
        }
        style
    }
}

/// The bytes of a name in which some are written by their numbers (ISO 32000-1, 7.3.5).
fn name_bytes(name: &str) -> Vec<u8> {
    let bytes = name.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let escaped =
            (bytes[at] == b'#').then(|| u8::from_str_radix(name.get(at + 1..at + 3)?, 16).ok()).flatten();
        out.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    out
}

/// The operator for a colour of one, three or four amounts (ISO 32000-1, table 189); none for no colour.
pub(super) fn color(amounts: &[f64], is_stroke: bool) -> Option<String> {
    let operator = match (amounts.len(), is_stroke) {
        (1, false) => "g",
        (3, false) => "rg",
        (4, false) => "k",
        (1, true) => "G",
        (3, true) => "RG",
        (4, true) => "K",
        _ => return None,
    };
    let amounts: Vec<f64> = amounts.iter().map(|amount| amount.clamp(0.0, 1.0)).collect();
    Some(format!("{} {operator}", numbers(&amounts)))
}
