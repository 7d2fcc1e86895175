//! Draws charts.

mod bars;
mod frame;
mod heat;
mod lines;
mod map;
mod pie;
mod points;

use crate::chart::{Chart, Data};
use crate::limits::WIDTHS;
use crate::plan::Layout;
use crate::spec::Kind;
use crate::svg::{Pen, n};
use crate::words::{fitted, width};

/// The size of text.
pub(crate) const TEXT: f64 = 13.0;

/// Below this width a drawing is one for a phone.
const NARROW: f64 = 520.0;

/// How a chart is to look.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// Its width in its own units, which are pixels at its natural size.
    pub width: f64,
    /// What the ids in it begin with, unlike all others of a page.
    pub id: &'a str,
    /// For a file that stands alone: where the data is from. It has its title, notes and background in it.
    pub source: Option<&'a str>,
}

/// What is drawn on.
pub(crate) struct Canvas<'a> {
    pub pen: Pen,
    pub width: f64,
    pub id: &'a str,
}

impl Canvas<'_> {
    pub fn is_narrow(&self) -> bool {
        self.width < NARROW
    }

    /// A text at a place; `anchor` is `start`, `middle` or `end`.
    pub fn text(&mut self, class: &str, at: (f64, f64), anchor: &str, text: &str) {
        let mut attributes = vec![("x", n(at.0)), ("y", n(at.1))];
        if anchor != "start" {
            attributes.push(("text-anchor", anchor.to_owned()));
        }
        self.pen.said("text", class, &attributes, text);
    }

    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        self.pen.empty(
            "line",
            class,
            &[("x1", n(from.0)), ("y1", n(from.1)), ("x2", n(to.0)), ("y2", n(to.1))],
        );
    }
}

/// The attributes of a rectangle.
pub(crate) fn rectangle(x: f64, y: f64, width: f64, height: f64) -> [(&'static str, String); 4] {
    [("x", n(x)), ("y", n(y)), ("width", n(width.max(0.0))), ("height", n(height.max(0.0)))]
}

/// The chart as SVG.
pub(crate) fn draw(chart: &Chart, look: &Look<'_>) -> String {
    let width = if look.width.is_finite() { look.width.clamp(WIDTHS.0, WIDTHS.1) } else { WIDTHS.0 };
    let id: String =
        look.id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(60).collect();
    let mut canvas = Canvas { pen: Pen::new(), width, id: &id };
    let height = marks(chart, &mut canvas);
    let (margin, mut head, mut foot) = (if look.source.is_some() { 24.0 } else { 0.0 }, 0.0, 0.0);
    let mut around = Canvas { pen: Pen::new(), width, id: &id };
    if let Some(source) = look.source {
        for line in wrapped(&chart.title(), 18.0, width, 3) {
            head += 24.0;
            let attributes = [
                ("x", n(margin)),
                ("y", n(head + 12.0)),
                ("font-size", "18".into()),
                ("font-weight", "700".into()),
            ];
            around.pen.said("text", "th-label", &attributes, &line);
        }
        head += 28.0;
        let notes = chart.notes().iter().map(String::as_str).chain([source]);
        for note in notes.filter(|note| !note.is_empty()) {
            for line in wrapped(note, 11.0, width, 3) {
                foot += 16.0;
                let attributes =
                    [("x", n(margin)), ("y", n(head + height + foot + 12.0)), ("font-size", "11".into())];
                around.pen.said("text", "th-soft", &attributes, &line);
            }
        }
        foot += 24.0;
    }
    let whole = (width + 2.0 * margin, height + head + foot);
    let mut pen = Pen::new();
    let mut attributes: Vec<(&str, String)> = vec![
        ("xmlns", "http://www.w3.org/2000/svg".into()),
        ("viewBox", format!("0 0 {} {}", n(whole.0), n(whole.1))),
        ("role", "img".into()),
        ("aria-labelledby", format!("{id}-title {id}-description")),
        ("font-size", n(TEXT)),
    ];
    if look.source.is_some() {
        attributes.push(("width", n(whole.0)));
        attributes.push(("height", n(whole.1)));
        attributes.push(("font-family", "Public Sans, Helvetica, Arial, sans-serif".into()));
    }
    let class = if width < NARROW { "th-chart th-chart-narrow" } else { "th-chart th-chart-wide" };
    pen.open("svg", class, &attributes);
    pen.said("title", "", &[("id", format!("{id}-title"))], &chart.title());
    pen.said("desc", "", &[("id", format!("{id}-description"))], &chart.description());
    if look.source.is_some() {
        pen.empty("rect", "th-page", &rectangle(0.0, 0.0, whole.0, whole.1));
        pen.take(around.pen);
        pen.open("g", "", &[("transform", format!("translate({} {})", n(margin), n(head)))]);
        pen.take(canvas.pen);
        pen.close("g");
    } else {
        pen.take(canvas.pen);
    }
    pen.close("svg");
    pen.finish()
}

/// Draws the marks from the top on; returns how high they are.
fn marks(chart: &Chart, canvas: &mut Canvas<'_>) -> f64 {
    if chart.is_empty() {
        let middle = canvas.width / 2.0;
        canvas.text("th-soft", (middle, 40.0), "middle", "Nothing to draw");
        return 70.0;
    }
    match (&chart.data, &chart.plan.layout) {
        (Data::Cube(cube), Layout::Cube { category, series, measure, is_lying }) => {
            let marks = bars::Marks {
                cube,
                category: chart.output(*category),
                series: series.map(|series| chart.output(series)),
                measure: chart.output(*measure),
                is_share: chart.plan.spec.stack == crate::Stack::Normalize,
            };
            match chart.plan.spec.kind {
                Kind::Pie => pie::draw(canvas, &marks),
                Kind::HeatMap => heat::draw(canvas, &marks),
                Kind::Line => lines::lines(canvas, &marks),
                Kind::Area => lines::areas(canvas, &marks),
                Kind::Histogram => bars::ranges(canvas, &marks),
                _ if *is_lying => bars::lying(canvas, &marks),
                _ => bars::standing(canvas, &marks),
            }
        }
        (Data::Points(clouds), Layout::Points { x, y, color, size, .. }) => {
            let color = color.map(|color| chart.output(color));
            let has_size = size.is_some();
            match chart.plan.spec.kind {
                Kind::Map => map::draw(canvas, clouds, color, has_size),
                _ => points::draw(canvas, clouds, (chart.output(*x), chart.output(*y)), color, has_size),
            }
        }
        (Data::Figure(_), Layout::Figure { measure }) => {
            let middle = canvas.width / 2.0;
            let figure = chart.figure().unwrap_or_default();
            let size = (canvas.width / width(&figure, 1.0).max(1.0)).clamp(20.0, 64.0);
            let attributes = [
                ("x", n(middle)),
                ("y", n(30.0 + size)),
                ("text-anchor", "middle".into()),
                ("font-size", n(size)),
                ("font-weight", "700".into()),
            ];
            canvas.pen.said("text", "th-label", &attributes, &figure);
            let title = fitted(&chart.output(*measure).title, TEXT, canvas.width);
            canvas.text("th-soft", (middle, 60.0 + size), "middle", &title);
            90.0 + size
        }
        _ => 0.0,
    }
}

/// A text in lines that fit a width, at most so many.
fn wrapped(text: &str, size: f64, room: f64, lines_max: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    let words: Vec<&str> = text.split_whitespace().collect();
    for (i, word) in words.iter().enumerate() {
        let Some(line) = lines.last_mut() else { break };
        let longer = if line.is_empty() { (*word).to_owned() } else { format!("{line} {word}") };
        if width(&longer, size) <= room || line.is_empty() {
            *line = fitted(&longer, size, room);
        } else if lines.len() == lines_max {
            let rest = format!("{} {}", lines.last().cloned().unwrap_or_default(), words[i..].join(" "));
            if let Some(line) = lines.last_mut() {
                *line = fitted(&rest, size, room);
            }
            break;
        } else {
            lines.push(fitted(word, size, room));
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}
