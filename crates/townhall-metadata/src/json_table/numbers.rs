//! Numbers as JSON5 writes them, in the digits of JSON.

/// The number as JSON has it: plain ones stay digit by digit, `0xff` becomes `255`, `.5` becomes `0.5`.
pub fn number(text: &str) -> Option<String> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => ("", &text[1..]),
        b'-' => ("-", &text[1..]),
        _ => ("", text),
    };
    if matches!(digits, "Infinity" | "NaN") {
        return Some(format!("{sign}{digits}"));
    }
    if let Some(hexadecimal) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        let is_digits = hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit());
        return is_digits
            .then(|| u128::from_str_radix(hexadecimal, 16).ok())
            .flatten()
            .map(|n| format!("{sign}{n}"));
    }
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], &digits[at..]),
        None => (digits, ""),
    };
    let (whole, fraction) =
        mantissa.split_once('.').map_or((mantissa, None), |(whole, rest)| (whole, Some(rest)));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fraction = fraction.unwrap_or_default();
    let is_number = is_digits(whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let power = exponent.trim_start_matches(['e', 'E']).trim_start_matches(['+', '-']);
    if !is_number || (!exponent.is_empty() && (power.is_empty() || !is_digits(power))) {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}{exponent}"))
}
