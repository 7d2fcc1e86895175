//! Bureau and program codes, as spreadsheets leave them.

use super::object::{Object, Verdict};

/// Restores leading zeros and the colon.
pub fn bureaus_and_programs(object: &mut Object<'_>) {
    if !object.is_record("Dataset") {
        return;
    }
    for (key, digits) in [("bureauCode", 2), ("programCode", 3)] {
        object.judge_texts(|field| field.key == key, |_, text| code(text, digits));
    }
}

/// `AAA:BB` for bureaus, `AAA:BBB` for programs.
fn code(text: &str, digits: usize) -> Verdict {
    let example = if digits == 2 { "018:10" } else { "018:001" };
    let doubt = || Verdict::doubt(format!("a code has the form `{example}`; look this one up"));
    // A spreadsheet takes 18:10 for a time of day.
    let parts = text.split([':', '-', '_', '.']).map(str::trim).collect::<Vec<_>>();
    let parts = match parts.as_slice() {
        [agency, part, "00"] if digits == 2 => vec![*agency, *part],
        _ => parts,
    };
    match parts.as_slice() {
        [agency, part] if [*agency, *part].iter().all(|part| is_number(part)) => {
            if agency.len() > 3 || part.len() > digits {
                return doubt();
            }
            let whole = format!("{agency:0>3}:{part:0>digits$}");
            if part.len() < digits {
                let why = format!("digits are missing; write the whole code such as `{example}`");
                return Verdict::suggest(why, whole);
            }
            Verdict::text(text, whole, "the code has leading zeros and a colon")
        }
        [alone] if is_number(alone) && alone.len() == 3 + digits => {
            Verdict::text(text, format!("{}:{}", &alone[..3], &alone[3..]), "the code has a colon")
        }
        _ => doubt(),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
