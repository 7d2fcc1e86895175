//! Damaged and hostile forms: an error or less of a form, never a panic or a hang.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;
use townhall_pdf::Document;
use townhall_pdf::forms::{
    FillOptions, Filling, FormDocument, Save, Stamp, TextStamp, Value, captions, controls, from_fdf,
    from_xfdf, merge, to_fdf, to_xfdf,
};

use townhall_pdf::limits::{OBJECTS_BYTES_MAX, TEXT_BYTES_MAX};

use crate::made_form::{FIRST, MadeForm, filling, told, values};

fn sample() -> Vec<u8> {
    MadeForm::default()
        .text("a", [10, 10, 200, 30], "/Ff 4096 /MK << /BC [0] /BG [1 1 0] /R 90 >> /BS << /S /B /W 2 >>")
        .text("b.c", [10, 40, 200, 60], "/MaxLen 7 /Ff 16777216")
        .field(&format!("/FT /Btn /T (d) /Ff 32768 /Kids [{} 0 R]", FIRST + 3))
        .kid(&format!(
            "/Parent {} 0 R /Subtype /Widget /Rect [0 0 9 9] /AP << /N << /Ja 4 0 R >> >>",
            FIRST + 2
        ))
        .field("/FT /Ch /Ff 2097152 /T (e) /Opt [(x) [(y) (z)]] /Subtype /Widget /Rect [0 50 90 90]")
        .field("/FT /Sig /T (f) /Subtype /Widget /Rect [0 90 90 99]")
        .form("/NeedAppearances true")
        .file()
}

/// All that can be done with a file, whatever comes of it.
fn do_all(bytes: Vec<u8>) {
    let pages = Document::open(bytes.clone(), "");
    let Ok(form) = FormDocument::open(bytes, "") else { return };
    let captions = pages.map_or_else(|_| BTreeMap::new(), |pages| captions(&pages, &form.fields()));
    let fields = form.fields();
    controls(&fields, &captions);
    let _ = from_fdf(&to_fdf(&fields).unwrap());
    let _ = from_xfdf(to_xfdf(&fields).as_bytes());
    let set = fields.iter().map(|field| {
        let value = field.options.first().map_or("Ω x", |option| option.value.as_str());
        (field.name.as_str(), Value::from(value))
    });
    let mut filling = Filling {
        stamps: vec![Stamp::Text(TextStamp::new(1.0, 2.0, "x"))],
        ..filling(&set.collect::<Vec<_>>())
    };
    filling.values.insert("d".to_owned(), Value::Checked(true));
    for (flatten, save) in [(true, Save::Rewrite), (false, Save::Append)] {
        if let Ok(filled) = form.fill(&filling, &FillOptions { flatten, save, ..FillOptions::default() }) {
            assert!(filled.bytes.starts_with(b"%PDF"));
            let _ = merge(&[filled.bytes]);
        }
    }
}

#[test]
fn the_sample_is_whole() {
    assert_eq!(FormDocument::open(sample(), "").unwrap().fields().len(), 5);
    do_all(sample());
}

#[test]
fn fields_below_themselves_end() {
    let form = MadeForm::default()
        .field(&format!("/T (a) /FT /Tx /Kids [{FIRST} 0 R {} 0 R]", FIRST + 1))
        .kid(&format!("/T (b) /Parent {} 0 R /Kids [{FIRST} 0 R]", FIRST + 1))
        .kid(&format!("/T (c) /FT /Tx /Parent {} 0 R /Subtype /Widget /Rect [0 0 9 9]", FIRST + 2));
    let names: Vec<String> = form.open().fields().into_iter().map(|field| field.name).collect();
    assert_eq!(names, ["a.b", "c"]);
    do_all(form.file());
}

#[test]
fn pages_below_themselves_end() {
    let form =
        String::from_utf8(sample()).unwrap().replace("/Kids [3 0 R] /Count 1", "/Kids [2 0 R] /Count 9");
    do_all(form.into_bytes());
}

#[test]
fn a_deep_pile_of_fields_is_cut() {
    let mut form = MadeForm::default().field(&format!("/T (t) /FT /Tx /Kids [{} 0 R]", FIRST + 1));
    for number in 1..3000 {
        form = form.kid(&format!("/T (t) /Kids [{} 0 R]", FIRST + number + 1));
    }
    do_all(form.file());
}

#[test]
fn deep_nesting_is_survived() {
    for (open, close) in [("[", "]"), ("<</A ", ">>")] {
        for depth in [50, 100_000] {
            let deep = format!("{}{}", open.repeat(depth), close.repeat(depth));
            do_all(MadeForm::default().text("a", [0, 0, 9, 9], &format!("/Opt {deep}")).file());
            let fdf = format!(
                "%FDF-1.2\n1 0 obj\n<< /FDF << /Fields {deep} >> >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
            );
            let _ = from_fdf(fdf.as_bytes());
        }
    }
    let xml = format!("<xfdf><fields>{}", "<field name='a'>".repeat(100_000));
    assert!(from_xfdf(xml.as_bytes()).is_err());
}

/// The data of a stream that unpacks to so many spaces, as hexadecimal digits.
fn packed(length: usize) -> String {
    let mut stream = lopdf::Stream::new(lopdf::Dictionary::new(), vec![b' '; length]);
    stream.compress().unwrap();
    stream.content.iter().fold(String::new(), |out, byte| out + &format!("{byte:02x}"))
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let filters = "/Filter [/ASCIIHexDecode /FlateDecode]";
    let objects = |length: usize| {
        let data = packed(length);
        let size = data.len();
        let stream =
            format!("<< /Type /ObjStm /N 0 /First 0 {filters} /Length {size} >>\nstream\n{data}\nendstream");
        MadeForm::default().text("a", [0, 0, 9, 9], "").object(&stream).file()
    };
    assert!(FormDocument::open(objects(1000), "").is_ok());
    assert!(FormDocument::open(objects(OBJECTS_BYTES_MAX + 1), "").is_err());
    // A value that is too long is none.
    let data = packed(TEXT_BYTES_MAX + 1);
    let text = format!("<< {filters} /Length {} >>\nstream\n{data}\nendstream", data.len());
    let form = MadeForm::default().text("a", [0, 0, 9, 9], &format!("/V {} 0 R", FIRST + 1)).object(&text);
    assert!(form.open().values().is_empty());
    do_all(form.file());
}

#[test]
fn many_fields_are_filled_in_fair_time() {
    let mut form = MadeForm::default();
    let mut set = Vec::new();
    for number in 0..3000 {
        form = form.text(&format!("field.{number}"), [0, 0, 99, 20], "");
        set.push(format!("field.{number}"));
    }
    let set: Vec<(&str, Value)> = set.iter().map(|name| (name.as_str(), "x".into())).collect();
    assert_eq!(values(&form.fill(&set)).len(), 3000);
}

#[test]
fn odd_measures_are_survived() {
    for rect in
        ["[0 0 0 0]", "[1e9 -1e9 1e9 1e9]", "[0 0 0.001 99999]", "[nan 0 1 1]", "[]", "(x)", "[5 5 1 1]"]
    {
        for more in [
            "",
            "/Ff 4096",
            "/Ff 16777216 /MaxLen 2147483647",
            "/MaxLen -5",
            "/DA (/Helv -4 Tf)",
            "/DA (Tf Tf 1 Tf",
        ] {
            let mut more = more.to_owned();
            if more.ends_with('1') || more.contains("Tf Tf") {
                more.push_str(" g g rg)");
            }
            let form = format!(
                "/FT /Tx /T (a) /Subtype /Widget /Rect {rect} {more} /MK << /BC [9 9 9] /R 45 >> /BS << /W 1e6 >>"
            );
            do_all(MadeForm::default().field(&form).file());
        }
    }
}

#[test]
fn a_long_text_is_set_in_fair_time() {
    let form = MadeForm::default().text("a", [0, 0, 200, 200], "/Ff 4096");
    let mut text = String::new();
    for number in 0..15_000 {
        write!(text, "{number} ").unwrap();
    }
    for text in [text.as_str(), &"m".repeat(90_000), &"\n".repeat(90_000)] {
        let filled = form.fill(&[("a", text.into())]);
        assert_eq!(filled.report.remarks.len(), 1, "{:?}", filled.report.remarks);
    }
}

/// So many fields, each with what is in its dictionary, and objects after them.
fn many(count: usize, dictionary: &str, objects: &[String]) -> MadeForm {
    let form = (0..count).fold(MadeForm::default(), |form, number| {
        form.field(&format!("/T (f{number}) /Subtype /Widget /Rect [0 0 90 9000000] {dictionary}"))
    });
    objects.iter().fold(form, |form, object| form.object(object))
}

#[test]
fn a_long_text_that_many_fields_have_in_common_is_not_copied_without_end() {
    let long = format!("({})", "x".repeat(90_000));
    let count = 3_000;
    let first = format!("{} 0 R", FIRST + count);
    for (dictionary, object) in [
        (format!("/FT /Tx /V {first}"), long.clone()),
        (format!("/FT /Ch /Opt {first}"), format!("[{}]", "(x) ".repeat(9_000))),
        (format!("/FT /Ch /Opt [{}]", format!("{first} ").repeat(90)), long.clone()),
    ] {
        let fields = many(count, &dictionary, &[object]).open().fields();
        assert!(!fields.is_empty() && fields.len() < count, "{dictionary:.40}: {}", fields.len());
    }
    // Honest fields have short styles.
    let styled = many(count, &format!("/FT /Tx /DA {first}"), &[format!("({})", "x".repeat(1_000_000))]);
    assert_eq!(styled.open().fields().len(), count);
    let named = |number: usize| format!("/T (k{number}) /FT /Tx /Parent {FIRST} 0 R");
    let kids: Vec<String> = (0..count).map(|number| format!("{} 0 R", FIRST + 1 + number)).collect();
    let above = MadeForm::default().field(&format!("/T {long} /Kids [{}]", kids.join(" ")));
    let fields = (0..count).fold(above, |form, number| form.kid(&named(number))).open().fields();
    assert!(!fields.is_empty() && fields.len() < count, "{}", fields.len());
}

#[test]
fn a_list_that_many_have_in_common_is_not_followed_without_end() {
    let count = 4_000;
    let all: Vec<String> = (0..count).map(|number| format!("{} 0 R", FIRST + number)).collect();
    let kids = format!("/FT /Tx /Kids {} 0 R", FIRST + count);
    let form = many(count, &kids, &[format!("[{}]", all.join(" "))]);
    assert!(!form.open().fields().is_empty());
    // Each page shows all widgets.
    let page = format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots {FIRST} 0 R >>");
    let widgets: Vec<String> = (0..count).map(|number| format!("{} 0 R", FIRST + 2 + 2 * number)).collect();
    let mut form = MadeForm::default().object(&format!("[{}]", widgets.join(" ")));
    for number in 0..count {
        form = form
            .object(&page)
            .object(&format!("<< /FT /Tx /T (w{number}) /V (x) /Subtype /Widget /Rect [0 0 9 9] >>"));
    }
    let pages: Vec<String> = (0..count).map(|number| format!("{} 0 R", FIRST + 1 + 2 * number)).collect();
    let file = String::from_utf8(form.file()).unwrap();
    let file = file.replace("/Kids [3 0 R] /Count 1", &format!("/Kids [{}] /Count {count}", pages.join(" ")));
    let form = FormDocument::open(file.into_bytes(), "").unwrap();
    assert_eq!((form.pages(), form.fields().len()), (count, count));
    form.flatten().unwrap();
}

#[test]
fn dictionaries_of_one_name_are_filled_in_fair_time() {
    let form = (0..20_000).fold(MadeForm::default(), |form, _| form.field("/FT /Tx /T (a)"));
    let text = "x".repeat(90_000);
    let filled = form.fill(&[("a", text.as_str().into())]);
    assert_eq!(values(&filled)["a"], text.as_str().into());
    assert!(filled.bytes.len() < 40_000_000, "{}", filled.bytes.len());
}

#[test]
fn long_lists_in_many_places_are_drawn_in_part() {
    let count = 2_000;
    let options: Vec<String> = (0..9_000).map(|number| format!("(option {number})")).collect();
    let objects = [format!("[{}]", options.join(" ")), format!("[{}]", options.join(" "))];
    let kids: Vec<String> = (1..=count).map(|number| format!("{} 0 R", FIRST + number)).collect();
    let form = MadeForm::default().field(&format!(
        "/T (a) /FT /Ch /Ff 2097152 /Opt {} 0 R /V {} 0 R /Kids [{}]",
        FIRST + count + 1,
        FIRST + count + 2,
        kids.join(" ")
    ));
    let kid = format!("/Parent {FIRST} 0 R /Subtype /Widget /Rect [0 0 90 9000000]");
    let form = (0..count).fold(form, |form, _| form.kid(&kid)).form("/NeedAppearances true");
    let form = objects.iter().fold(form, |form, object| form.object(object));
    let filled = form.fill(&[("a", Value::List(vec!["option 7".to_owned(), "option 8000".to_owned()]))]);
    assert_eq!(told(&filled.report.remarks), ["not all of the text of the field `a` can be seen"]);
}

#[test]
fn buttons_with_a_long_list_of_states_in_common_are_turned_on() {
    let count = 2_000;
    let states: Vec<String> = (0..9_000).map(|number| format!("/S{number} 4 0 R")).collect();
    let button = format!("/FT /Btn /AP << /N {} 0 R >>", FIRST + count);
    let form = many(count, &button, &[format!("<< {} >>", states.join(" "))]);
    let set: Vec<String> = (0..count).map(|number| format!("f{number}")).collect();
    let set: Vec<(&str, Value)> = set.iter().map(|name| (name.as_str(), true.into())).collect();
    let filled = form.fill(&set);
    assert_eq!(filled.report.set.len(), count);
    assert!(filled.bytes.len() < 20_000_000, "{}", filled.bytes.len());
}

#[test]
fn names_on_a_page_that_are_taken_are_passed_over() {
    let count = 3_000;
    let taken: Vec<String> =
        (1_000..20_000).chain(40_000..80_000).map(|number| format!("/Fill{number} 4 0 R")).collect();
    let page = format!("/Resources << /XObject << {} >> >>", taken.join(" "));
    let form = many(count, "/FT /Tx /V (x)", &[]).page(&page);
    assert!(form.open().flatten().unwrap().len() < 60_000_000);
}

#[test]
fn a_large_size_is_made_smaller_in_few_steps() {
    let form = MadeForm::default().text("a", [0, 0, 200, 200], "/Ff 4096 /DA (/Helv 999 Tf)");
    let filled = form.fill(&[("a", "m ".repeat(45_000).as_str().into())]);
    assert_eq!(filled.report.remarks.len(), 1, "{:?}", filled.report.remarks);
}

#[test]
fn streams_that_differ_in_little_are_put_together_in_fair_time() {
    let streams = (0..20_000).map(|number| format!("<< /N {number} /Length 0 >>\nstream\n\nendstream"));
    let all: Vec<String> = (0..20_000).map(|number| format!("{} 0 R", FIRST + number)).collect();
    let form = MadeForm::default().page(&format!("/All [{}]", all.join(" ")));
    let file = streams.fold(form, |form, stream| form.object(&stream)).file();
    merge(&[file]).unwrap();
}

#[test]
fn values_below_themselves_or_below_long_names_end() {
    let fdf = "%FDF-1.2\n1 0 obj\n<< /FDF << /Fields [2 0 R] >> >>\nendobj\n\
               2 0 obj\n<< /T (a) /Kids [2 0 R 2 0 R] >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n";
    assert!(from_fdf(fdf.as_bytes()).unwrap().is_empty());
    let mut xfdf = format!("<xfdf><fields><field name='{}'>", "x".repeat(1_000_000));
    for number in 0..3_000 {
        write!(xfdf, "<field name='{number}'><value>x</value></field>").unwrap();
    }
    xfdf.push_str("</field></fields></xfdf>");
    let values = from_xfdf(xfdf.as_bytes()).unwrap();
    assert!(!values.is_empty() && values.len() < 100, "{}", values.len());
    let laughs = "<!DOCTYPE xfdf [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>\
                  <xfdf><fields><field name='f'><value>&b;!</value></field></fields></xfdf>";
    assert_eq!(from_xfdf(laughs.as_bytes()).unwrap()["f"], "!".into());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn damage_is_survived(flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30)) {
        let mut bytes = sample();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        do_all(bytes);
    }

    #[test]
    fn a_file_that_breaks_off_is_survived(end in any::<prop::sample::Index>()) {
        let mut bytes = sample();
        bytes.truncate(end.index(bytes.len()));
        do_all(bytes);
    }

    #[test]
    fn any_text_comes_back(text in "\\PC{0,60}") {
        let form = MadeForm::default().text("a", [0, 0, 200, 40], "/Ff 4096").text("b", [0, 50, 200, 70], "");
        let filled = form.fill(&[("a", text.as_str().into()), ("b", text.as_str().into())]);
        let values = values(&filled);
        prop_assert_eq!(&values["a"], &text.as_str().into());
        prop_assert_eq!(&values["b"], &text.as_str().into());
    }

    #[test]
    fn no_file_of_values_is_too_odd(text in "[<>/&;a-z \\[\\]()'\"=%]{0,80}") {
        let _ = from_xfdf(format!("<xfdf>{text}</xfdf>").as_bytes());
        let _ = from_fdf(format!("%FDF-1.2\n1 0 obj\n{text}\nendobj\ntrailer << /Root 1 0 R >>").as_bytes());
    }
}
