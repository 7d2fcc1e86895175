//! Codes of bureaus, programs and investments: whether they exist.

use crate::validate::engine::{Check, Members};
use crate::validate::form::Form;
use crate::validate::list;
use crate::validate::rule;
use crate::validate::tree::Value;
use crate::validate::words::{Words, quote};

/// The rules on the codes of a dataset.
pub fn dataset(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    each(members.get("bureauCode"), Form::BureauCode, |index, value, code| {
        if list::bureau(code).is_none() {
            check.note_item(&rule::BUREAU_UNKNOWN, "bureauCode", index, value, || bureau(code));
        }
    });
    each(members.get("programCode"), Form::ProgramCode, |index, value, code| {
        if !list::is_program(code) {
            check.note_item(&rule::PROGRAM_UNKNOWN, "programCode", index, value, || program(code));
        }
    });
    for key in ["primaryITInvestmentUII", "PrimaryITInvestmentUII"] {
        let Some(value) = members.get(key) else { continue };
        let Some(code) = value.text() else { continue };
        if Form::InvestmentId.takes(code) && code.len() != "023-000000001".len() {
            check.note(&rule::INVESTMENT_LOOSE, "primaryITInvestmentUII", value, || {
                Words::new(format!("{} has more in it than an investment identifier", quote(code)))
            });
        }
    }
}

/// Each code of a list that the schema takes; it has its say on the others.
fn each<'r>(list: Option<Value<'r>>, form: Form, mut look: impl FnMut(usize, Value<'r>, &'r str)) {
    let Some(list) = list else { return };
    for (index, value) in list.items().enumerate() {
        if let Some(code) = value.text().filter(|code| form.takes(code)) {
            look(index, value, code);
        }
    }
}

fn bureau(code: &str) -> Words {
    let words = Words::new(format!("{} is no bureau code of OMB", quote(code)));
    // Of `024:010` the zero is spare; `xx015:11yy` has the code within it.
    let meant = code.split_once(':').and_then(|(agency, bureau)| {
        let agency = agency.get(agency.len().checked_sub(3)?..)?;
        [bureau.get(..2), bureau.get(1..3)].into_iter().flatten().find_map(|bureau| {
            let code = format!("{agency}:{bureau}");
            list::bureau(&code).map(|name| format!("if it is {name}, write `{code}`"))
        })
    });
    words.fixed(meant)
}

fn program(code: &str) -> Words {
    let words = Words::new(format!("{} is not in the Federal Program Inventory", quote(code)));
    let agency = code.split_once(':').map(|(agency, _)| agency).filter(|agency| agency.len() == 3);
    words.fixed(agency.map(|agency| format!("correct it, or write `{agency}:000` if no program fits")))
}
