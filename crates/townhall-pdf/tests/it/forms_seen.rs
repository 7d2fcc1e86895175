//! How filled forms look: ink where fields were set, none elsewhere, and the same once they are flat.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use townhall_pdf::forms::{Field, FillOptions, Value};

use crate::made_form::{FIRST, MadeForm, filling};

/// The first page, two points for each of the page's: how dark each is.
struct Picture {
    width: usize,
    ink: Vec<u8>,
}

/// How many points of the picture there are for a point of the page.
const SCALE: f64 = 2.0;

fn picture(bytes: &[u8]) -> Picture {
    let pdf = Pdf::new(bytes.to_vec()).unwrap();
    let cache = RenderCache::new();
    let scale = SCALE as f32;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let map = render(
        &pdf.pages()[0],
        &cache,
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let width = usize::from(map.width());
    let ink = map.data().iter().map(|it| 255 - it.r.min(it.g).min(it.b)).collect();
    Picture { width, ink }
}

impl Picture {
    /// Where two differ.
    fn differing<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (f64, f64)> + 'a {
        assert_eq!(self.ink.len(), other.ink.len());
        let unlike = self
            .ink
            .iter()
            .zip(&other.ink)
            .enumerate()
            .filter(|(_, (one, other))| one.abs_diff(**other) > 40);
        unlike.map(|(at, _)| {
            let (x, y) = ((at % self.width) as f64, (at / self.width) as f64);
            ((x + 0.5) / SCALE, (y + 0.5) / SCALE)
        })
    }
}

fn everything() -> MadeForm {
    let button = format!("/Subtype /Widget /AP << /N << /On {} 0 R >> >>", FIRST + 9);
    MadeForm::default()
        .page("/Contents 16 0 R /Resources << /Font << /F 4 0 R >> >>")
        .text("line", [10, 270, 150, 290], "/MK << /BC [0 0 1] /BG [1 1 0.8] >>")
        .text("lines", [10, 200, 150, 260], "/Ff 4096 /BS << /S /B /W 2 >> /MK << /BC [0] >>")
        .text("comb", [10, 170, 150, 190], "/Ff 16777216 /MaxLen 9 /DA (/Helv 14 Tf 1 0 0 rg)")
        .text("turned", [160, 200, 180, 290], "/MK << /R 270 >>")
        .field("/FT /Btn /T (box) /Subtype /Widget /Rect [200 270 220 290] /MK << /CA (8) /BC [0] >>")
        .field(&format!("/FT /Btn /T (own) /Rect [230 270 250 290] {button}"))
        .field("/FT /Ch /T (list) /Opt [(a) (b) (c)] /Subtype /Widget /Rect [200 200 290 260]")
        .field("/FT /Ch /Ff 131072 /T (combo) /Opt [[(x) (Xanten)]] /Subtype /Widget /Rect [200 170 290 190]")
        .text("unset", [10, 10, 150, 30], "")
        .object(
            "<< /Subtype /Form /BBox [0 0 1 1] /Length 25 >>\nstream\n0.5 g 0.2 0.2 0.6 0.6 re f\nendstream",
        )
        .object("<< /Length 40 >>\nstream\nBT /F 12 Tf 200 100 Td (On the page) Tj ET\nendstream")
}

const VALUES: [(&str, &str); 8] = [
    ("line", "Łódź"),
    ("lines", "Two\nlines"),
    ("comb", "123456789"),
    ("turned", "sideways"),
    ("box", "Yes"),
    ("own", "On"),
    ("list", "b"),
    ("combo", "Xanten"),
];

#[test]
fn ink_is_where_fields_were_set_and_nowhere_else() {
    let form = everything();
    let values: Vec<(&str, Value)> = VALUES.map(|(name, value)| (name, value.into())).to_vec();
    let (before, after) = (picture(&form.file()), picture(&form.fill(&values).bytes));
    let fields = form.open().fields();
    let contains = |field: &Field, x, y| field.widgets[0].rect.grown(0.5).contains(x, y);
    let differing: Vec<(f64, f64)> = before.differing(&after).collect();
    for field in &fields {
        let is_set = VALUES.iter().any(|(name, _)| *name == field.name);
        let ink = differing.iter().filter(|(x, y)| contains(field, *x, *y)).count();
        assert_eq!(ink > 20, is_set, "{}: {ink}", field.name);
    }
    let stray = differing.iter().find(|(x, y)| !fields.iter().any(|field| contains(field, *x, *y)));
    assert_eq!(stray, None);
}

#[test]
fn flat_forms_look_as_before() {
    let values: Vec<(&str, Value)> = VALUES.map(|(name, value)| (name, value.into())).to_vec();
    for turn in [0, 90, 180, 270] {
        let form = everything().page(&format!("/Rotate {turn}"));
        let options = FillOptions { flatten: true, ..FillOptions::default() };
        let flat = form.open().fill(&filling(&values), &options).unwrap();
        let (filled, flat) = (picture(&form.fill(&values).bytes), picture(&flat.bytes));
        assert_eq!(filled.differing(&flat).next(), None);
        assert!(filled.ink.iter().filter(|ink| **ink > 128).count() > 1000);
    }
}
