//! Takes out of a form what would hide or contradict its new values.

use super::draft::{Draft, integer};
use super::field::FieldKind;
use super::options::Save;
use super::report::Remark;
use super::tree::Entry;

/// The flag of a form that may only be appended to (ISO 32000-1, table 219).
const APPEND_ONLY: i64 = 2;

/// Takes out of a form what would hide or contradict its new values, and tells what else speaks against filling it.
pub(super) fn clean(draft: &mut Draft, entries: &[Entry], save: Save, remarks: &mut Vec<Remark>) {
    let signed = signed(draft, entries);
    if let Some(id) = draft.form_id() {
        let has_xfa = draft.dictionary(id).is_some_and(|form| form.has(b"XFA"));
        let flags = draft.dictionary(id).and_then(|form| integer(draft.get(form, b"SigFlags")?));
        if let Some(form) = draft.change(id) {
            form.remove(b"NeedAppearances");
            form.remove(b"XFA");
            // What is written anew was not appended.
            if let Some(flags) = flags.filter(|flags| flags & APPEND_ONLY != 0 && save == Save::Rewrite) {
                form.set("SigFlags", flags & !APPEND_ONLY);
            }
        }
        if has_xfa {
            remarks.push(Remark::XfaRemoved);
        }
    }
    remove_rights(draft, remarks);
    if !signed.is_empty() {
        remarks.push(Remark::Signed { names: signed });
    }
    let scripts = entries.iter().filter(|entry| entry.field.flags.has_script);
    let names: Vec<String> = scripts.map(|entry| entry.field.name.clone()).collect();
    let computes = draft.form().is_some_and(|form| !draft.get_array(form, b"CO").is_empty());
    if computes || !names.is_empty() {
        remarks.push(Remark::Scripts { names });
    }
    if draft.lock().is_some_and(|lock| !may_fill(lock)) {
        remarks.push(Remark::NotPermitted);
    }
}

fn may_fill(lock: &lopdf::EncryptionState) -> bool {
    lock.permissions().intersects(lopdf::Permissions::FILLABLE | lopdf::Permissions::ANNOTABLE)
}

/// Rights that the maker's program granted hold for the file as it was made (ISO 32000-1, 12.8.4).
fn remove_rights(draft: &mut Draft, remarks: &mut Vec<Remark>) {
    let Some(id) = draft.catalog_id() else { return };
    let Some(catalog) = draft.dictionary(id) else { return };
    let rights = draft.get_dictionary(catalog, b"Perms").cloned();
    let must_render = catalog.has(b"NeedsRendering");
    let has_rights = rights.as_ref().is_some_and(|rights| rights.has(b"UR3") || rights.has(b"UR"));
    if !has_rights && !must_render {
        return;
    }
    let Some(catalog) = draft.change(id) else { return };
    catalog.remove(b"NeedsRendering");
    if let Some(mut rights) = rights.filter(|_| has_rights) {
        rights.remove(b"UR3");
        rights.remove(b"UR");
        match rights.is_empty() {
            true => {
                catalog.remove(b"Perms");
            }
            false => catalog.set("Perms", rights),
        }
        remarks.push(Remark::UsageRightsRemoved);
    }
}

/// The fields that bear a signature (ISO 32000-1, 12.7.4.5).
pub(super) fn signed(draft: &Draft, entries: &[Entry]) -> Vec<String> {
    let is_signed = |entry: &&Entry| {
        entry.field.kind == FieldKind::Signature
            && entry.dictionaries.iter().any(|id| {
                let signature =
                    draft.dictionary(*id).and_then(|dictionary| draft.get_dictionary(dictionary, b"V"));
                signature.is_some_and(|signature| signature.has(b"Contents"))
            })
    };
    entries.iter().filter(is_signed).map(|entry| entry.field.name.clone()).collect()
}
