//! The fields of forms, and what is put into them.

use std::collections::BTreeMap;

use townhall_pdf::forms::{
    Align, FieldKind, FillOptions, Remark, TextSizes, Value, captions, controls, listing,
};
use townhall_pdf::{Document, Glyph};

use crate::made_form::{FIRST, MadeForm, filling, seen, told, values};

const BOX: &str = "/Subtype /Widget /Rect [20 200 40 220]";

fn list(texts: &[&str]) -> Value {
    Value::List(texts.iter().map(|text| (*text).to_owned()).collect())
}

#[test]
fn fields_have_what_those_above_them_have() {
    let form = MadeForm::default()
        .field(&format!("/T (form[0]) /FT /Tx /Ff 2 /Q 1 /Kids [{} 0 R {} 0 R]", FIRST + 1, FIRST + 2))
        .kid(&format!("/T (page[0]) /Parent {FIRST} 0 R /Kids [{} 0 R]", FIRST + 3))
        .kid(&format!("/T (b) /Parent {FIRST} 0 R /Ff 4096 /MaxLen 9 /TU (Second) /V (two) {BOX}"))
        .kid(&format!("/T (a) /Parent {} 0 R /V (one) /F 2 {BOX}", FIRST + 1));
    let fields = form.open().fields();
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["form[0].page[0].a", "form[0].b"]);
    let (a, b) = (&fields[0], &fields[1]);
    assert_eq!((a.kind, a.align, a.flags.is_required), (FieldKind::Text, Align::Center, true));
    assert_eq!(a.value, Some("one".into()));
    assert!(a.widgets[0].is_hidden);
    assert_eq!((b.flags.is_required, b.flags.is_multiline, b.max_length), (false, true, Some(9)));
    assert_eq!(b.label.as_deref(), Some("Second"));
    assert_eq!(b.widgets[0].points, [20.0, 200.0, 40.0, 220.0]);
    let rect = b.widgets[0].rect;
    assert_eq!((rect.x0, rect.y0, rect.x1, rect.y1), (20.0, 80.0, 40.0, 100.0));
}

#[test]
fn places_are_those_of_the_page_as_it_is_seen() {
    let form = MadeForm::default().page("/Rotate 90").text("a", [20, 200, 40, 230], "");
    let rect = form.open().fields()[0].widgets[0].rect;
    // The left side of the page is above, and its lower side at the left.
    assert_eq!((rect.x0, rect.y0, rect.x1, rect.y1), (200.0, 20.0, 230.0, 40.0));
}

#[test]
fn dictionaries_of_one_name_are_one_field() {
    let form = MadeForm::default().text("a", [10, 10, 100, 30], "").text("a", [10, 50, 100, 70], "");
    let filled = form.fill(&[("a", "twice".into())]);
    assert_eq!(form.open().fields()[0].widgets.len(), 2);
    assert_eq!(seen(&filled.bytes, 1), ["twice", "twice"]);
    assert_eq!(filled.report.set, ["a"]);
}

#[test]
fn fields_that_only_the_page_lists_are_found() {
    let form = MadeForm::default().kid("/FT /Tx /T (lost) /Subtype /Widget /Rect [10 10 90 30]");
    assert_eq!(values(&form.fill(&[("lost", "found".into())]))["lost"], "found".into());
}

#[test]
fn texts_are_set_and_seen() {
    let form = MadeForm::default().text("a", [10, 10, 200, 30], "").text("b", [10, 40, 200, 60], "");
    let filled = form.fill(&[("a", "Zoë O’Neil".into()), ("b", "Łódź Ωmega".into())]);
    assert_eq!(told(&filled.report.remarks), [""; 0]);
    let values = values(&filled);
    assert_eq!((&values["a"], &values["b"]), (&"Zoë O’Neil".into(), &"Łódź Ωmega".into()));
    assert_eq!(seen(&filled.bytes, 1), ["Łódź Ωmega", "Zoë O’Neil"]);
}

#[test]
fn what_runs_from_right_to_left_is_seen_so() {
    let form = MadeForm::default().text("a", [10, 10, 200, 30], "");
    let filled = form.fill(&[("a", "שלום 12".into())]);
    assert_eq!(seen(&filled.bytes, 1), ["12 שלום"]);
    assert_eq!(values(&filled)["a"], "שלום 12".into());
}

#[test]
fn lines_of_a_text_run_as_it_begins() {
    let form = MadeForm::default().text("a", [10, 10, 200, 90], "/Ff 4096");
    let filled = form.fill(&[("a", "שלום\nabc, שלום!".into())]);
    assert_eq!(seen(&filled.bytes, 1), ["שלום", "שלום! ,abc"]);
}

#[test]
fn arabic_letters_join() {
    let form = MadeForm::default().text("a", [10, 10, 200, 30], "").text("b", [10, 40, 200, 60], "");
    let filled = form.fill(&[("a", "سلام".into()), ("b", "س ل ا م".into())]);
    let page = Document::open(filled.bytes, "").unwrap().reader().read(1).unwrap();
    let (joined, apart): (Vec<_>, Vec<_>) =
        page.glyphs.iter().filter(|glyph| glyph.text != ' ').partition(|glyph| glyph.baseline > 270.0);
    let width = |glyphs: &[&Glyph]| glyphs.iter().map(|glyph| glyph.rect.width()).sum::<f64>();
    assert!(width(&joined) < 0.8 * width(&apart));
}

#[test]
fn characters_that_no_font_has_are_told() {
    let form = MadeForm::default().text("a", [10, 10, 200, 30], "");
    let filled = form.fill(&[("a", "東京 Tokyo".into())]);
    assert_eq!(told(&filled.report.remarks), ["no font has the characters `京東` of the field `a`"]);
    assert_eq!(values(&filled)["a"], "東京 Tokyo".into());
}

#[test]
fn a_text_that_is_too_long_is_cut_off_and_told() {
    let form = MadeForm::default().text("a", [10, 10, 200, 30], "/MaxLen 5");
    let filled = form.fill(&[("a", "Zoë Ångström".into())]);
    assert_eq!(values(&filled)["a"], "Zoë Å".into());
    assert_eq!(told(&filled.report.remarks), ["the field `a` takes 5 characters; `ngström` was cut off"]);
}

#[test]
fn a_comb_has_a_character_in_each_cell() {
    let comb = "/MaxLen 10 /Ff 16777216 /DA (/Helv 12 Tf 0 g)";
    let form = MadeForm::default().text("a", [100, 10, 200, 30], comb);
    let filled = form.fill(&[("a", "1234".into())]);
    let page = Document::open(filled.bytes, "").unwrap().reader().read(1).unwrap();
    let middles: Vec<f64> = page.glyphs.iter().map(|glyph| glyph.rect.center().0.round()).collect();
    assert_eq!(middles, [105.0, 115.0, 125.0, 135.0]);
}

#[test]
fn texts_go_to_their_side() {
    let form = MadeForm::default()
        .text("left", [100, 10, 200, 30], "")
        .text("center", [100, 40, 200, 60], "/Q 1")
        .text("right", [100, 70, 200, 90], "/Q 2");
    let values: Vec<(&str, Value)> = ["left", "center", "right"].map(|name| (name, "mmmm".into())).to_vec();
    let page = Document::open(form.fill(&values).bytes, "").unwrap().reader().read(1).unwrap();
    let row = |y: f64| page.glyphs.iter().filter(move |glyph| (glyph.baseline - y).abs() < 15.0);
    let left = |y| row(y).map(|glyph| glyph.rect.x0).fold(999.0, f64::min);
    let right = |y| row(y).map(|glyph| glyph.rect.x1).fold(0.0, f64::max);
    assert!((left(280.0) - 100.0) < 5.0);
    assert!(((left(250.0) - 100.0) - (200.0 - right(250.0))).abs() < 0.1);
    assert!((200.0 - right(220.0)) < 5.0);
}

#[test]
fn long_texts_are_broken_into_lines_of_a_size_that_fits() {
    let form = MadeForm::default().text("a", [10, 10, 110, 50], "/Ff 4096");
    let text = "The quick brown fox jumps over the lazy dog.\nAnd again.";
    let filled = form.fill(&[("a", text.into())]);
    let lines = seen(&filled.bytes, 1);
    assert_eq!(lines.join(" "), text.replace('\n', " "));
    assert!(lines.len() > 2 && lines.last().unwrap() == "And again.", "{lines:?}");
    assert_eq!(told(&filled.report.remarks), [""; 0]);
}

#[test]
fn a_text_of_a_fixed_size_is_made_smaller_and_told() {
    let form = MadeForm::default().text("a", [10, 10, 100, 30], "/DA (/Helv 12 Tf 0 g)");
    let told_of = |text: &str| told(&form.fill(&[("a", text.into())]).report.remarks);
    assert_eq!(told_of("mmmmm"), [""; 0]);
    assert_eq!(told_of("mmmmmmmmmm"), ["the text of the field `a` is set in size 10.2"]);
    assert_eq!(told_of(&"m".repeat(30)), ["not all of the text of the field `a` can be seen"]);
    let low = MadeForm::default().text("a", [10, 10, 100, 16], "/DA (/Helv 12 Tf 0 g)");
    let filled = low.fill(&[("a", "low".into())]);
    assert_eq!(told(&filled.report.remarks), ["the text of the field `a` is set in size 6.0"]);
    let sizes = TextSizes { least_share: 1.0, ..TextSizes::default() };
    let options = FillOptions { sizes, ..FillOptions::default() };
    let filled = form.open().fill(&filling(&[("a", "mmmmmmmmmm".into())]), &options).unwrap();
    assert_eq!(filled.report.remarks, [Remark::Overflow { name: "a".to_owned() }]);
}

#[test]
fn fonts_of_the_form_are_used_for_what_they_have() {
    let font = "/Type /Font /Subtype /TrueType /BaseFont /Agency /FirstChar 32 /LastChar 66 /Widths";
    let widths = "500 ".repeat(33) + "700 600";
    let encoding = "/Encoding << /Differences [65 /Lslash /zcaron] >>";
    let form = MadeForm::default()
        .text("a", [10, 10, 390, 30], "/DA (/Own 10 Tf)")
        .text("b", [10, 40, 390, 60], "/DA (/Own 10 Tf)")
        .form(&format!("/DR << /Font << /Own << {font} [{widths}] {encoding} >> >> >>"));
    let filled = form.fill(&[("a", "Łž Ł".into()), ("b", "Łąž".into())]);
    let text = String::from_utf8_lossy(&filled.bytes).into_owned();
    // The second one has a letter that the font lacks.
    assert_eq!((text.matches("<41422041>").count(), text.matches("/DejaVuSansCondensed").count()), (1, 0));
    assert!(text.contains("+DejaVuSansCondensed"));
    assert_eq!(seen(&filled.bytes, 1), ["Łąž", "Łž Ł"]);
}

#[test]
fn passwords_are_not_seen() {
    let form = MadeForm::default().text("a", [10, 10, 200, 30], "/Ff 8192");
    let filled = form.fill(&[("a", "secret".into())]);
    assert_eq!(seen(&filled.bytes, 1), ["******"]);
}

#[test]
fn a_turned_field_has_a_turned_text() {
    let form = MadeForm::default().text("a", [100, 50, 120, 250], "/MK << /R 90 >>");
    let filled = form.fill(&[("a", "upwards".into())]);
    let page = Document::open(filled.bytes, "").unwrap().reader().read(1).unwrap();
    // The page is turned as most of its text is.
    assert_eq!((page.turn, seen_on(&page)), (90, vec!["upwards".to_owned()]));
}

fn seen_on(page: &townhall_pdf::Page) -> Vec<String> {
    townhall_pdf::lines(page)
        .iter()
        .flat_map(|line| line.words.iter().map(|word| word.text.clone()))
        .collect()
}

#[test]
fn a_box_is_ticked_by_whatever_its_state_is_called() {
    let form = MadeForm::default()
        .field(&format!(
            "/FT /Btn /T (a) /AP << /N << /Ano0 {} 0 R /Off {} 0 R >> >> {BOX}",
            FIRST + 1,
            FIRST + 1
        ))
        .object("<< /Subtype /Form /BBox [0 0 20 20] /Length 0 >>\nstream\n\nendstream");
    for value in [Value::Checked(true), "Ano0".into(), "Yes".into(), "true".into()] {
        let filled = form.fill(&[("a", value)]);
        assert_eq!(values(&filled)["a"], Value::Checked(true));
        let text = String::from_utf8_lossy(&filled.bytes).into_owned();
        assert!(text.contains("/AS /Ano0") || text.contains("/AS/Ano0"), "{text}");
    }
    for value in [Value::Checked(false), "Off".into(), "".into(), "no".into()] {
        assert_eq!(values(&form.fill(&[("a", value)]))["a"], Value::Checked(false));
    }
    let filled = form.fill(&[("a", "perhaps".into())]);
    assert_eq!(
        told(&filled.report.remarks),
        ["`perhaps` can't be chosen in the field `a`; it has `Ano0`, `Off`"]
    );
    assert!(filled.report.set.is_empty());
}

#[test]
fn states_of_other_letters_are_found() {
    let form = MadeForm::default()
        .field(&format!("/FT /Btn /T (a) /AP << /N << /M#e4nnlich {} 0 R >> >> {BOX}", FIRST + 2))
        .field(&format!("/FT /Btn /T (b) /AP << /N << /M#c3#a4nnlich {} 0 R >> >> {BOX}", FIRST + 2))
        .object("<< /Subtype /Form /BBox [0 0 20 20] /Length 0 >>\nstream\n\nendstream");
    let filled = form.fill(&[("a", "Männlich".into()), ("b", "Männlich".into())]);
    assert_eq!(filled.report.set.len(), 2);
    let text = String::from_utf8_lossy(&filled.bytes).to_lowercase();
    assert!(text.contains("/v/m#e4nnlich") && text.contains("/as/m#c3#a4nnlich"), "{text}");
}

#[test]
fn a_box_that_nobody_has_drawn_is_drawn() {
    let form = MadeForm::default().field(&format!("/FT /Btn /T (a) /MK << /BC [0] >> {BOX}"));
    let filled = form.fill(&[("a", true.into())]);
    assert_eq!(values(&filled)["a"], Value::Checked(true));
    let text = String::from_utf8_lossy(&filled.bytes).into_owned();
    assert!(text.contains("re S") && text.contains(" l\n"), "{text}");
}

fn radios(flags: u32) -> MadeForm {
    let kid = |at: usize, state: &str| {
        format!(
            "/Parent {FIRST} 0 R /Subtype /Widget /Rect [{0} 10 {1} 30] /AP << /N << /{state} {2} 0 R >> >>",
            20 * at,
            20 * at + 15,
            FIRST + 4
        )
    };
    MadeForm::default()
        .field(&format!(
            "/FT /Btn /T (r) /Ff {flags} /Opt [(First) (Second) (Second)] /Kids [{} 0 R {} 0 R {} 0 R]",
            FIRST + 1,
            FIRST + 2,
            FIRST + 3
        ))
        .kid(&kid(1, "0"))
        .kid(&kid(2, "1"))
        .kid(&kid(3, "1"))
        .object("<< /Subtype /Form /BBox [0 0 15 20] /Length 0 >>\nstream\n\nendstream")
}

#[test]
fn a_box_is_drawn_anew_where_its_own_drawing_can_not_be_seen() {
    let show = |more: &str| {
        format!("<< /Subtype /Form {more} /Length 19 >>\nstream\nBT /Z 9 Tf (4) Tj ET\nendstream")
    };
    for (appearance, is_drawn) in [
        (show("/BBox [0 0 9 9] /Resources << /Font << /Z 4 0 R >> >>"), false),
        (show("/BBox [0 0 9 9]"), true),
        (show("/Resources << /Font << /Z 4 0 R >> >>"), true),
        ("/Off".to_owned(), true),
    ] {
        let form = MadeForm::default()
            .field(&format!("/FT /Btn /T (a) /AP << /N << /Ja {} 0 R /Off /Off >> >> {BOX}", FIRST + 1))
            .object(&appearance);
        let filled = form.fill(&[("a", true.into())]);
        let text = String::from_utf8_lossy(&filled.bytes).into_owned();
        assert_eq!(text.contains(" m\n"), is_drawn, "{appearance}");
        assert_eq!(values(&filled)["a"], Value::Checked(true));
    }
}

#[test]
fn one_of_several_buttons_is_on() {
    let count_on = |bytes: &[u8]| String::from_utf8_lossy(bytes).matches("/AS/1").count();
    for (flags, on) in [(1 << 15, 1), ((1 << 15) | (1 << 25), 2)] {
        let form = radios(flags);
        let field = &form.open().fields()[0];
        assert_eq!((field.kind, field.options[1].label.as_str()), (FieldKind::Radio, "Second"));
        for value in ["1", "Second"] {
            let filled = form.fill(&[("r", value.into())]);
            assert_eq!(values(&filled)["r"], "1".into());
            assert_eq!(count_on(&filled.bytes), on);
        }
    }
    let filled = radios(1 << 15).fill(&[("r", "Third".into())]);
    assert_eq!(
        told(&filled.report.remarks),
        ["`Third` can't be chosen in the field `r`; it has `0`, `1`, `Off`"]
    );
}

#[test]
fn buttons_are_called_as_they_say() {
    let kid = |state: &str, label: &str| {
        format!("/Parent {FIRST} 0 R {BOX} /TU ({label}) /AP << /N << /{state} {} 0 R >> >>", FIRST + 3)
    };
    let form = MadeForm::default()
        .field(&format!("/FT /Btn /T (r) /Ff 32768 /TU (Status) /Kids [{} 0 R {} 0 R]", FIRST + 1, FIRST + 2))
        .kid(&kid("s", "Single"))
        .kid(&kid("m", "Married"))
        .object("<< /Subtype /Form /BBox [0 0 15 20] /Length 0 >>\nstream\n\nendstream");
    let field = &form.open().fields()[0];
    let labels: Vec<&str> = field.options.iter().map(|option| option.label.as_str()).collect();
    assert_eq!((field.label.as_deref(), labels), (Some("Status"), vec!["Single", "Married"]));
    assert_eq!(values(&form.fill(&[("r", "Married".into())]))["r"], "m".into());
}

#[test]
fn choices_keep_values_and_show_labels() {
    let options = "/Opt [[(k) (Kiel)] [(l) (Leer)] (Moers)]";
    let form = MadeForm::default()
        .field(&format!("/FT /Ch /T (one) /Ff 131072 {options} /Subtype /Widget /Rect [10 10 100 30]"))
        .field(&format!("/FT /Ch /T (some) /Ff 2097152 {options} /Subtype /Widget /Rect [10 50 100 130]"))
        .field(&format!("/FT /Ch /T (any) /Ff 393216 {options} /Subtype /Widget /Rect [110 10 200 30]"));
    let filled =
        form.fill(&[("one", "Leer".into()), ("some", list(&["Moers", "k"])), ("any", "Neuss".into())]);
    assert_eq!(told(&filled.report.remarks), [""; 0]);
    let values = values(&filled);
    assert_eq!((&values["one"], &values["any"]), (&"l".into(), &"Neuss".into()));
    assert_eq!(values["some"], list(&["Moers", "k"]));
    // A list as it is told in one text is taken back.
    let again = form.fill(&[("some", values["some"].to_string().as_str().into())]);
    assert_eq!(crate::made_form::values(&again)["some"], list(&["Moers", "k"]));
    assert_eq!(seen(&filled.bytes, 1), ["Kiel", "Leer", "Moers", "Leer Neuss"]);
    let filled = form.fill(&[("one", "Neuss".into()), ("some", "x".into())]);
    assert!(filled.report.set.is_empty());
    assert_eq!(
        told(&filled.report.remarks),
        [
            "`Neuss` can't be chosen in the field `one`; it has `k`, `l`, `Moers`",
            "`x` can't be chosen in the field `some`; it has `k`, `l`, `Moers`",
        ]
    );
}

#[test]
fn a_long_list_is_rolled_to_what_was_chosen() {
    let options: String = (0..30).map(|number| format!("(Option{number})")).collect();
    let form = MadeForm::default()
        .field(&format!("/FT /Ch /T (a) /Opt [{options}] /Subtype /Widget /Rect [10 10 100 60]"));
    let filled = form.fill(&[("a", "Option20".into())]);
    assert!(seen(&filled.bytes, 1).contains(&"Option20".to_owned()));
}

#[test]
fn names_that_are_wrong_are_told_with_what_was_meant() {
    let form = MadeForm::default().text("topmost.Family_Name", [10, 10, 90, 30], "").text(
        "read",
        [10, 50, 90, 70],
        "/Ff 1",
    );
    let filled = form.fill(&[
        ("topmost.FamilyName", "x".into()),
        ("family_name", "x".into()),
        ("unheard", "x".into()),
        ("read", "x".into()),
    ]);
    assert_eq!(
        told(&filled.report.remarks),
        [
            "there is no field `family_name`; did you mean `topmost.Family_Name`?",
            "the field `read` is read-only; it was set all the same",
            "there is no field `topmost.FamilyName`; did you mean `topmost.Family_Name`?",
            "there is no field `unheard`",
        ]
    );
}

#[test]
fn what_would_hide_the_values_is_taken_out() {
    let form = MadeForm::default()
        .text("a", [10, 10, 90, 30], "/AA << /K << /S /JavaScript /JS (x) >> >>")
        .form("/NeedAppearances true /XFA []")
        .catalog("/Perms << /UR3 << /Type /Sig >> >> /NeedsRendering true");
    assert!(form.open().has_xfa() && !form.open().is_xfa_only());
    assert!(MadeForm::default().form("/XFA []").open().is_xfa_only());
    let filled = form.fill(&[("a", "x".into())]);
    let text = String::from_utf8_lossy(&filled.bytes).into_owned();
    for gone in ["NeedAppearances", "XFA", "Perms", "UR3", "NeedsRendering"] {
        assert!(!text.contains(gone), "{gone}");
    }
    assert_eq!(
        told(&filled.report.remarks),
        [
            "the second form inside it (XFA) was taken out",
            "its usage rights were taken out, as it was changed",
            "scripts look at 1 of its fields; they were not run",
        ]
    );
}

#[test]
fn what_others_were_to_draw_is_drawn() {
    let old = format!("/AP << /N {} 0 R >>", FIRST + 4);
    let form = MadeForm::default()
        .text("a", [10, 10, 90, 30], "/V (before)")
        .text("b", [10, 50, 90, 70], "")
        .text("stale", [10, 90, 90, 110], &format!("/V (newer) {old}"))
        .field("/FT /Ch /Ff 131072 /T (c) /V (x) /Opt [[(x) (Xanten)]] /Subtype /Widget /Rect [10 130 90 150]")
        .object("<< /Subtype /Form /BBox [0 0 80 20] /Length 38 /Resources << /Font << /F 4 0 R >> >> >>\nstream\nBT /F 12 Tf 2 5 Td (older value) Tj ET \nendstream");
    // A value without an appearance is drawn, and one that has one is taken to have it rightly.
    assert_eq!(seen(&form.fill(&[("b", "now".into())]).bytes, 1), ["Xanten", "older value", "now", "before"]);
    let asking = form.form("/NeedAppearances true");
    assert_eq!(seen(&asking.fill(&[("b", "now".into())]).bytes, 1), ["Xanten", "newer", "now", "before"]);
    assert_eq!(seen(&asking.open().flatten().unwrap(), 1), ["Xanten", "newer", "before"]);
}

#[test]
fn the_words_of_pdftk_are_spoken() {
    let form = MadeForm::default()
        .text("a", [10, 10, 90, 30], "/TU (Name) /MaxLen 5 /Q 2 /V (x) /Ff 2")
        .field(&format!("/FT /Btn /T (b) {BOX} /AP << /N << /Yes 4 0 R >> >>"));
    let listed: Vec<_> = form.open().fields().iter().map(listing).collect();
    let json = serde_json::to_value(&listed).unwrap();
    let wanted = serde_json::json!([
        {"FieldType": "Text", "FieldName": "a", "FieldNameAlt": "Name", "FieldFlags": "2", "FieldValue": "x",
         "FieldJustification": "Right", "FieldMaxLength": "5"},
        {"FieldType": "Button", "FieldName": "b", "FieldFlags": "0", "FieldValue": "Off", "FieldJustification": "Left",
         "FieldStateOption": ["Off", "Yes"]},
    ]);
    assert_eq!(json, wanted);
}

#[test]
fn controls_are_in_the_order_of_reading() {
    let form = MadeForm::default()
        .text("form[0].last_name[0]", [200, 200, 300, 220], "/Ff 2")
        .text("form[0].firstName[0]", [10, 201, 100, 221], "")
        .text("hidden", [10, 10, 20, 20], "/F 2")
        .field("/FT /Btn /T (push) /Ff 65536 /Subtype /Widget /Rect [0 0 9 9]")
        .text("top", [10, 270, 100, 290], "/TU (Your   number)");
    let controls = controls(&form.open().fields(), &BTreeMap::new());
    let labels: Vec<(&str, bool)> = controls.iter().map(|it| (it.label.as_str(), it.is_required)).collect();
    assert_eq!(labels, [("Your number", false), ("First Name", false), ("Last name", true)]);
}

#[test]
fn what_is_printed_beside_fields_is_what_they_are_called() {
    let printed: [(i32, i32, &str); 10] = [
        (10, 280, "Your first name:"),
        (200, 280, "Family name"),
        (10, 240, "Telephone ......"),
        (34, 200, "I have read"),
        (86, 200, "and agree"),
        (200, 200, "Permit"),
        (252, 200, "New"),
        (302, 200, "Renewed"),
        (10, 128, "Signature of applicant"),
        (10, 60, "Paper size"),
    ];
    let texts: String =
        printed.iter().map(|(x, y, text)| format!("BT /F 9 Tf {x} {y} Td ({text}) Tj ET\n")).collect();
    let state = |name: &str, x: i32| {
        format!(
            "/Subtype /Widget /Parent {} 0 R /Rect [{x} 198 {} 208] /AP << /N << /{name} 4 0 R /Off 4 0 R >> >>",
            FIRST + 5,
            x + 10
        )
    };
    let form = MadeForm::default()
        .text("f1_01", [10, 262, 150, 276], "")
        .text("Text2", [200, 262, 350, 276], "")
        .text("Undefined", [90, 236, 150, 250], "")
        .text("Undefined_2", [155, 236, 190, 250], "")
        .field("/FT /Btn /T (c1_1) /Subtype /Widget /Rect [20 198 30 208] /AP << /N << /1 4 0 R /Off 4 0 R >> >>")
        .field(&format!("/FT /Btn /Ff 32768 /T (r) /Kids [{} 0 R {} 0 R]", FIRST + 6, FIRST + 7))
        .kid(&state("1", 240))
        .kid(&state("2", 290))
        .field("/FT /Sig /T (s) /Subtype /Widget /Rect [10 138 150 160]")
        // Its name says something else than what stands beside it.
        .text("county", [60, 56, 150, 70], "")
        .page(&format!("/Contents {} 0 R /Resources << /Font << /F 4 0 R >> >>", FIRST + 10))
        .object(&format!("<< /Length {} >>\nstream\n{texts}\nendstream", texts.len()));
    let captions = captions(&Document::open(form.file(), "").unwrap(), &form.open().fields());
    let controls = controls(&form.open().fields(), &captions);
    let labels: Vec<&str> = controls.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(
        labels,
        [
            "Your first name",
            "Family name",
            "Telephone",
            "Undefined 2",
            "I have read and agree",
            "Permit",
            "Signature of applicant",
            "County"
        ]
    );
    let options: Vec<&str> = controls[5].options.iter().map(|option| option.label.as_str()).collect();
    assert_eq!(options, ["New", "Renewed"]);
}

#[test]
fn a_form_can_be_handed_on() {
    fn can_be_handed_on<T: Send + Sync>(_: &T) {}
    can_be_handed_on(&MadeForm::default().open());
}

#[test]
fn values_are_read_from_json() {
    let read: Vec<Value> = serde_json::from_str(r#"["a", true, 12, 1.5, ["x", 3], null]"#).unwrap();
    assert_eq!(read, ["a".into(), true.into(), "12".into(), "1.5".into(), list(&["x", "3"]), "".into()]);
    assert!(serde_json::from_str::<Value>("{}").is_err());
}
