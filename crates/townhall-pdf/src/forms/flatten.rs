//! Makes fields part of their pages: what is seen of them stays, the fields go (ISO 32000-1, 12.5.5).

use lopdf::{Dictionary, Object, ObjectId};

use super::draft::{Draft, integer};
use super::paint::Paint;
use super::sheet::{Matrix, mapped};
use super::tree::{Entry, HIDDEN, NO_VIEW, is_name};
use crate::limits::{OBJECTS_MAX, WIDGETS_MAX};

/// Draws all widgets into their pages and takes the form away.
pub(super) fn flatten(draft: &mut Draft, entries: &[Entry], paint: &mut Paint) {
    // Pages may have one list of annotations in common.
    let (mut left, mut places) = (OBJECTS_MAX, 0..WIDGETS_MAX);
    for page in draft.pages().to_vec() {
        let annotations = draft.children(page, b"Annots", WIDGETS_MAX.min(left));
        left -= annotations.len();
        let is_widget = |draft: &Draft, id: &ObjectId| {
            draft.dictionary(*id).is_some_and(|annotation| is_name(draft, annotation, b"Subtype", b"Widget"))
        };
        let (widgets, others): (Vec<ObjectId>, Vec<ObjectId>) =
            annotations.into_iter().partition(|id| is_widget(draft, id));
        if widgets.is_empty() {
            continue;
        }
        for id in widgets {
            if places.next().is_none() {
                break;
            }
            if let Some((matrix, appearance)) = shown(draft, id) {
                prepare(draft, id, appearance);
                paint.add(page, matrix, appearance);
            }
        }
        let Some(dictionary) = draft.change(page) else { continue };
        match others.is_empty() {
            true => {
                dictionary.remove(b"Annots");
            }
            false => {
                let others: Vec<Object> = others.into_iter().map(Object::Reference).collect();
                dictionary.set("Annots", others);
            }
        }
    }
    if let Some(catalog) = draft.catalog_id().and_then(|id| draft.change(id)) {
        catalog.remove(b"AcroForm");
    }
    // The tags of the text may lead to widgets still, and with them to values that were to go.
    for entry in entries {
        let widgets = entry.places.iter().map(|place| &place.id);
        entry.dictionaries.iter().chain(widgets).for_each(|id| draft.remove(*id));
    }
}

/// The appearance of a widget, and how it comes onto the page; none where it is not seen.
fn shown(draft: &Draft, id: ObjectId) -> Option<(Matrix, ObjectId)> {
    let widget = draft.dictionary(id)?;
    let flags = draft.get(widget, b"F").and_then(integer).unwrap_or(0);
    if flags & (HIDDEN | NO_VIEW) != 0 {
        return None;
    }
    let appearance = normal_appearance(draft, widget)?;
    let stream = draft.dictionary(appearance)?;
    let rect = draft.get_box(widget, b"Rect")?;
    let sides = draft.get_box(stream, b"BBox")?;
    let matrix =
        Matrix::try_from(draft.get_numbers(stream, b"Matrix")).unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let [x0, y0, x1, y1] = mapped(matrix, sides);
    let scale = |from: f64, to: f64| if from > 1e-6 { to / from } else { 1.0 };
    let (wide, high) = (scale(x1 - x0, rect[2] - rect[0]), scale(y1 - y0, rect[3] - rect[1]));
    Some(([wide, 0.0, 0.0, high, rect[0] - wide * x0, rect[1] - high * y0], appearance))
}

/// The stream that shows a widget in its state.
fn normal_appearance(draft: &Draft, widget: &Dictionary) -> Option<ObjectId> {
    let appearances = draft.get_dictionary(widget, b"AP")?;
    let stream = |object: &Object| -> Option<ObjectId> {
        let id = object.as_reference().ok()?;
        matches!(draft.resolve(object)?, Object::Stream(_)).then_some(id)
    };
    let normal = appearances.get(b"N").ok()?;
    match draft.resolve(normal)? {
        Object::Stream(_) => stream(normal),
        Object::Dictionary(states) => {
            let state = draft.get(widget, b"AS")?.as_name().ok()?;
            stream(states.get(state).ok()?)
        }
        _ => None,
    }
}

/// Appearances may leave out what they are, but what is drawn by its name may not. A layer that the widget was on stays with it.
fn prepare(draft: &mut Draft, widget: ObjectId, appearance: ObjectId) {
    let layer = draft.dictionary(widget).and_then(|widget| widget.get(b"OC").ok()).cloned();
    let is_ready = draft
        .dictionary(appearance)
        .is_some_and(|stream| is_name(draft, stream, b"Subtype", b"Form") && stream.has(b"Resources"));
    if is_ready && layer.is_none() {
        return;
    }
    // Without fonts of its own, an appearance takes those of the form, which goes away.
    let resources = draft.form_id().and_then(|form| draft.own_id(form, b"DR"));
    if let Some(stream) = draft.change(appearance) {
        stream.set("Type", "XObject");
        stream.set("Subtype", "Form");
        if let Some(resources) = resources.filter(|_| !stream.has(b"Resources")) {
            stream.set("Resources", Object::Reference(resources));
        }
        if let Some(layer) = layer.filter(|_| !stream.has(b"OC")) {
            stream.set("OC", layer);
        }
    }
}
