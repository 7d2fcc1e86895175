//! What becomes of whole files: flattened, appended to, locked, put together; stamps and pictures; values in files of their own.

use lopdf::{EncryptionState, EncryptionVersion, Object, Permissions, StringFormat};
use townhall_pdf::forms::{
    Align, FillOptions, Filling, FormDocument, ImageStamp, Lock, Save, Stamp, TextStamp, Value, from_fdf,
    from_xfdf, merge, to_fdf, to_xfdf,
};
use townhall_pdf::{Document, PdfError};

use crate::made_form::{MadeForm, filling, seen, told, values};

fn two_fields() -> MadeForm {
    MadeForm::default().text("a.first", [10, 10, 200, 30], "").text("a.second", [10, 40, 200, 60], "/V (old)")
}

fn options(flatten: bool, save: Save) -> FillOptions {
    FillOptions { flatten, save, ..FillOptions::default() }
}

#[test]
fn flat_fields_are_part_of_the_page() {
    let form = two_fields().text("unseen", [10, 70, 200, 90], "/F 2");
    let values = [("a.first", "new".into()), ("a.second", "Ωmega".into()), ("unseen", "x".into())];
    let filled = form.open().fill(&filling(&values), &options(true, Save::Rewrite)).unwrap();
    assert_eq!(seen(&filled.bytes, 1), ["Ωmega", "new"]);
    let flat = FormDocument::open(filled.bytes.clone(), "").unwrap();
    assert_eq!(flat.fields(), []);
    let text = String::from_utf8_lossy(&filled.bytes).into_owned();
    assert!(!text.contains("AcroForm") && !text.contains("Widget"));
    // A second time changes nothing.
    assert_eq!(seen(&flat.flatten().unwrap(), 1), ["Ωmega", "new"]);
}

#[test]
fn flat_files_have_no_values_left_in_them() {
    let form = two_fields().catalog("/StructTreeRoot << /K << /Type /OBJR /Obj 7 0 R >> >>");
    assert!(String::from_utf8(form.file()).unwrap().contains("old"));
    let flat = String::from_utf8_lossy(&form.open().flatten().unwrap()).into_owned();
    assert!(flat.contains("OBJR") && !flat.contains("old"), "{flat}");
}

#[test]
fn what_is_on_the_page_keeps_its_state() {
    // The content leaves the page scaled, and what is drawn after it must not be.
    let form =
        two_fields().page("/Contents 8 0 R").object("<< /Length 16 >>\nstream\n.1 0 0 .1 0 0 cm\nendstream");
    let filled =
        form.open().fill(&filling(&[("a.first", "new".into())]), &options(true, Save::Rewrite)).unwrap();
    let page = Document::open(filled.bytes, "").unwrap().reader().read(1).unwrap();
    assert!((page.glyphs[0].size - 12.0).abs() < 0.1, "{:?}", page.glyphs[0]);
}

#[test]
fn changes_are_appended() {
    let form = two_fields().field(
        "/FT /Sig /T (sig) /V << /Type /Sig /Contents <00> /ByteRange [0 1 2 3] >> /Subtype /Widget /Rect [0 0 9 9]",
    );
    let source = form.file();
    assert_eq!(form.open().signed(), ["sig"]);
    for flatten in [false, true] {
        let filled = form
            .open()
            .fill(&filling(&[("a.first", "Ωmega".into())]), &options(flatten, Save::Append))
            .unwrap();
        assert!(filled.bytes.starts_with(&source));
        assert!(filled.bytes.len() > source.len());
        assert_eq!(told(&filled.report.remarks), ["it is signed in `sig`"]);
        assert!(seen(&filled.bytes, 1).contains(&"Ωmega".to_owned()));
        assert_eq!(values(&filled).is_empty(), flatten);
    }
}

#[test]
fn nothing_is_appended_to_a_damaged_file() {
    let mut file = two_fields().file();
    let at = file.windows(9).rposition(|window| window == b"startxref").unwrap();
    file.truncate(at);
    let form = FormDocument::open(file, "").unwrap();
    let filled = form.fill(&filling(&[("a.first", "x".into())]), &options(false, Save::Append)).unwrap();
    assert_eq!(told(&filled.report.remarks), ["nothing can be appended to this file; it was written anew"]);
    assert_eq!(values(&filled)["a.first"], "x".into());
}

#[test]
fn fields_whose_places_are_told_wrongly_are_found() {
    let file = String::from_utf8(two_fields().file()).unwrap();
    // As if somebody had written into the file by hand.
    let file = file.replace("6 0 obj", "% a remark by hand\n6 0 obj");
    let form = FormDocument::open(file.into_bytes(), "").unwrap();
    let filled = form.fill(&filling(&[("a.first", "x".into())]), &FillOptions::default()).unwrap();
    assert_eq!(values(&filled).len(), 2);
}

/// The form with a lock that opens with `user` or `owner`.
fn locked(form: &MadeForm, user: &str) -> Vec<u8> {
    let mut document = lopdf::Document::load_mem(&form.file()).unwrap();
    let id = Object::String(b"0123456789abcdef".to_vec(), StringFormat::Literal);
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: user,
        key_length: 128,
        permissions: Permissions::PRINTABLE,
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_locked_file_is_opened_and_keeps_its_lock() {
    let file = locked(&two_fields(), "user");
    assert_eq!(FormDocument::open(file.clone(), "").err(), Some(PdfError::Locked));
    assert_eq!(FormDocument::open(file.clone(), "wrong").err(), Some(PdfError::Locked));
    for password in ["user", "owner"] {
        let form = FormDocument::open(file.clone(), password).unwrap();
        assert!(form.is_locked());
        assert_eq!(form.values()["a.second"], "old".into());
        let filled =
            form.fill(&filling(&[("a.first", "Ωmega".into())]), &options(false, Save::Append)).unwrap();
        assert_eq!(
            told(&filled.report.remarks),
            [
                "nothing can be appended to this file; it was written anew",
                "its lock does not let people fill it in",
            ]
        );
        assert_eq!(FormDocument::open(filled.bytes.clone(), "").err(), Some(PdfError::Locked));
        assert_eq!(FormDocument::open(filled.bytes, password).unwrap().values()["a.first"], "Ωmega".into());
        let options = FillOptions { lock: Lock::Drop, ..FillOptions::default() };
        let filled = form.fill(&filling(&[("a.first", "open".into())]), &options).unwrap();
        assert_eq!(values(&filled)["a.first"], "open".into());
    }
}

#[test]
fn a_file_that_anybody_may_read_is_opened_without_a_password() {
    let form = FormDocument::open(locked(&two_fields(), ""), "").unwrap();
    assert_eq!(form.values()["a.second"], "old".into());
}

/// A picture of two by one points.
fn png(color: u8, points: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 2, 1);
    encoder.set_color(match color {
        1 => png::ColorType::Grayscale,
        3 => png::ColorType::Rgb,
        _ => png::ColorType::Rgba,
    });
    encoder.write_header().unwrap().write_image_data(points).unwrap();
    bytes
}

/// The head of a JPEG of 40 by 20 points: all that is looked at.
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x04JF\xff\xc0\x00\x11\x08\x00\x14\x00\x28\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xda";

#[test]
fn a_picture_is_put_into_the_box_of_a_signature() {
    let form = MadeForm::default().field("/FT /Sig /T (sig) /Subtype /Widget /Rect [100 100 200 120]");
    for (image, place) in [
        (png(3, &[0; 6]), [130.0, 181.0, 170.0, 199.0]),
        (png(4, &[0, 0, 0, 255, 0, 0, 0, 255]), [130.0, 181.0, 170.0, 199.0]),
        (png(1, &[0, 0]), [130.0, 181.0, 170.0, 199.0]),
        (JPEG.to_vec(), [130.0, 181.0, 170.0, 199.0]),
    ] {
        let is_jpeg = image.starts_with(&[0xff]);
        let mut filling = Filling::default();
        filling.images.insert("sig".to_owned(), image);
        let filled = form.open().fill(&filling, &FillOptions::default()).unwrap();
        assert_eq!((told(&filled.report.remarks), filled.report.set), (vec![], vec!["sig".to_owned()]));
        // Its data ends with its head, so that it can't be drawn.
        if !is_jpeg {
            let page = Document::open(filled.bytes, "").unwrap().reader().read(1).unwrap();
            let rect = page.images[0];
            let sides = [rect.x0, rect.y0, rect.x1, rect.y1];
            assert!(sides.iter().zip(place).all(|(one, other)| (one - other).abs() < 3.0), "{sides:?}");
        }
    }
    let mut filling = Filling::default();
    filling.images.insert("sig".to_owned(), b"GIF89a".to_vec());
    let filled = form.open().fill(&filling, &FillOptions::default()).unwrap();
    assert_eq!(
        told(&filled.report.remarks),
        ["the picture of the field `sig` is not a PNG or JPEG that can be read"]
    );
}

#[test]
fn stamps_are_upright_on_the_page_as_it_is_seen() {
    for turn in [0, 90, 180, 270] {
        let form = MadeForm::default().page(&format!("/Rotate {turn} /CropBox [10 20 390 290]"));
        let stamps = vec![
            Stamp::Text(TextStamp::new(30.0, 40.0, "Here Ω")),
            Stamp::Image(ImageStamp {
                page: Some(1),
                rect: [100.0, 100.0, 140.0, 120.0],
                bytes: png(1, &[0, 0]),
            }),
            Stamp::Text(TextStamp { page: Some(2), ..TextStamp::new(0.0, 0.0, "nowhere") }),
            Stamp::Image(ImageStamp { page: None, rect: [0.0; 4], bytes: vec![] }),
        ];
        let filled =
            form.open().fill(&Filling { stamps, ..Filling::default() }, &FillOptions::default()).unwrap();
        let page = Document::open(filled.bytes.clone(), "").unwrap().reader().read(1).unwrap();
        let (glyph, image) = (page.glyphs[0], page.images[0]);
        assert_eq!((page.turn, seen(&filled.bytes, 1)), (0, vec!["Here Ω".to_owned()]));
        assert!((glyph.rect.x0 - 30.0).abs() < 0.1 && (page.height - glyph.baseline - 40.0).abs() < 0.1);
        assert!((image.x0 - 100.0).abs() < 0.1 && (page.height - image.y1 - 100.0).abs() < 0.1, "{image:?}");
        assert_eq!(
            told(&filled.report.remarks),
            [
                "there is no page 2 to put a stamp onto",
                "the picture of a stamp is not a PNG or JPEG that can be read"
            ]
        );
    }
}

#[test]
fn stamps_have_a_width_and_a_side() {
    let stamp = TextStamp {
        width: Some(100.0),
        align: Align::Right,
        size: Some(8.0),
        color: Some([1.0, 0.0, 0.0]),
        ..TextStamp::new(50.0, 200.0, "words that need more than a single line of this width")
    };
    let filling = Filling { stamps: vec![Stamp::Text(stamp)], ..Filling::default() };
    let filled = MadeForm::default().open().fill(&filling, &FillOptions::default()).unwrap();
    let page = Document::open(filled.bytes, "").unwrap().reader().read(1).unwrap();
    let lines = townhall_pdf::lines(&page);
    assert!(lines.len() > 1 && lines.iter().all(|line| (line.rect.x1 - 150.0).abs() < 0.5), "{lines:?}");
}

#[test]
fn the_places_of_pdf_filler_are_read() {
    let place = |text: &str| TextStamp::at(text, "x").map(|stamp| (stamp.x, stamp.y, stamp.page));
    assert_eq!(place("100,200"), Some((100.0, 200.0, None)));
    assert_eq!(place("100,200,2"), Some((100.0, 200.0, Some(2))));
    for other in ["name", "1", "1,2,3,4", "1,b", "", "-1,2"] {
        assert_eq!(place(other), None, "{other}");
    }
    let stamp: TextStamp =
        serde_json::from_str(r#"{"x": 1, "y": 2, "text": "t", "align": "center"}"#).unwrap();
    assert_eq!(stamp, TextStamp { align: Align::Center, ..TextStamp::new(1.0, 2.0, "t") });
}

#[test]
fn values_go_through_files_of_their_own() {
    let form = MadeForm::default()
        .text("f[0].p[0].a & <b>", [10, 10, 90, 30], "/Ff 4096")
        .text("f[0].p[0].c", [10, 40, 90, 60], "")
        .field("/FT /Btn /T (box) /Subtype /Widget /Rect [0 0 9 9] /AP << /N << /Ja 4 0 R >> >>")
        .field("/FT /Ch /Ff 2097152 /T (list) /Opt [(x) (y) (z)] /Subtype /Widget /Rect [0 50 90 90]")
        .text("empty", [10, 40, 90, 60], "");
    let set = [
        ("f[0].p[0].a & <b>", "two\nlines (Ω) \\ \"'".into()),
        ("f[0].p[0].c", " x ".into()),
        ("box", true.into()),
        ("list", Value::List(vec!["x".to_owned(), "z".to_owned()])),
    ];
    let filled = form.fill(&set);
    let fields = FormDocument::open(filled.bytes.clone(), "").unwrap().fields();
    for read in
        [from_fdf(&to_fdf(&fields).unwrap()).unwrap(), from_xfdf(to_xfdf(&fields).as_bytes()).unwrap()]
    {
        assert_eq!(read.len(), 4);
        assert_eq!(read["box"], "Ja".into());
        let again =
            form.open().fill(&Filling { values: read, ..Filling::default() }, &FillOptions::default());
        assert_eq!(values(&again.unwrap()), values(&filled));
    }
}

#[test]
fn values_are_read_from_what_others_write() {
    // As pdftk writes it: names as a whole, and a name without letters for what is off.
    let fdf = b"%FDF-1.2\n%\xe2\xe3\xcf\xd3\n1 0 obj \n<<\n/FDF \n<<\n/Fields [\n<<\n/V /\n/T (a.box)\n>> \n<<\n/V (\xfe\xff\x01\x41)\n/T (b)\n>>]\n>>\n>>\nendobj \ntrailer\n\n<<\n/Root 1 0 R\n>>\n%%EOF\n";
    let read = from_fdf(fdf).unwrap();
    assert_eq!((&read["a.box"], &read["b"]), (&"".into(), &"Ł".into()));
    let xfdf = "<?xml version='1.0'?><xfdf xmlns='http://ns.adobe.com/xfdf/'><f href='a.pdf'/><fields><field name='a'>\
                <field name='b'><value>1 &lt; 2&#10;<![CDATA[&]]></value></field></field><field name='c'/></fields></xfdf>";
    assert_eq!(
        from_xfdf(xfdf.as_bytes()).unwrap().into_iter().collect::<Vec<_>>(),
        [("a.b".to_owned(), "1 < 2\n&".into())]
    );
    for other in [&b""[..], b"%PDF-1.4", b"%FDF-1.2", b"<html/>", b"<xfdf>", b"\xff\xfe"] {
        assert_eq!(from_fdf(other), Err(PdfError::NotValues));
    }
    for other in [&b""[..], b"<html/>", b"</xfdf>", b"\xff\xfe", b"<xfdf><fields></xfdf>"] {
        assert_eq!(from_xfdf(other), Err(PdfError::NotValues), "{}", String::from_utf8_lossy(other));
    }
}

#[test]
fn files_are_put_together() {
    let files: Vec<Vec<u8>> = (0..5)
        .map(|number| two_fields().fill(&[("a.first", format!("No. {number}").as_str().into())]).bytes)
        .collect();
    let merged = merge(&files).unwrap();
    let document = Document::open(merged.clone(), "").unwrap();
    assert_eq!(document.pages(), 5);
    for number in 0..5 {
        assert!(seen(&merged, number + 1).contains(&format!("No. {number}")));
    }
    assert_eq!(FormDocument::open(merged, "").unwrap().fields(), []);
    assert_eq!(merge(&[b"no file".to_vec()]), Err(PdfError::NotPdf));
    assert_eq!(Document::open(merge(&[]).unwrap(), "").map(|document| document.pages()), Ok(0));
}

#[test]
fn what_is_hidden_stays_hidden_when_files_are_put_together() {
    let content = "/OC /L BDC BT /F 12 Tf 20 200 Td (hidden) Tj ET EMC BT /F 12 Tf 20 100 Td (shown) Tj ET";
    for usual in ["/OFF [6 0 R]", "/BaseState /OFF"] {
        let file = MadeForm::default()
            .page("/Contents 7 0 R /Resources << /Font << /F 4 0 R >> /Properties << /L 6 0 R >> >>")
            .catalog(&format!("/OCProperties << /OCGs [6 0 R] /D << {usual} >> >>"))
            .object("<< /Type /OCG /Name (Layer) >>")
            .object(&format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()))
            .file();
        assert_eq!(seen(&file, 1), ["shown"]);
        let merged = merge(&[file.clone(), file]).unwrap();
        assert_eq!(
            (seen(&merged, 1), seen(&merged, 2)),
            (vec!["shown".to_owned()], vec!["shown".to_owned()])
        );
    }
}
