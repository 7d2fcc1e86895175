//! Who may have the data, under which terms, and whether it is there at all.

use crate::license::by_address;
use crate::validate::engine::{Check, Members};
use crate::validate::form::is_redacted;
use crate::validate::rule;
use crate::validate::tree::{Kind, Value};
use crate::validate::words::{Words, quote};

/// The rules on access for a dataset of 1.0 or 1.1.
pub fn dataset(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    let distributions = members.get("distribution");
    let has_distribution =
        distributions.is_some_and(|value| value.kind() != Kind::List || value.items().next().is_some());
    // 1.0 has the address of a download beside the title.
    let is_offered =
        has_distribution || members.get("accessURL").is_some() || members.get("webService").is_some();
    let rights = members.text("rights").or_else(|| members.text("accessLevelComment"));
    match members.text("accessLevel") {
        Some("public") => {
            if !is_offered {
                check.note(&rule::PUBLIC_WITHOUT_DISTRIBUTION, "distribution", members.object, || {
                    Words::absent("the dataset is public, but has no distribution")
                });
            }
            license(check, members);
        }
        Some(level @ ("restricted public" | "non-public")) => {
            if rights.is_none_or(|rights| rights.trim().is_empty()) {
                check.note(&rule::RESTRICTED_WITHOUT_RIGHTS, "rights", members.object, || {
                    Words::absent(format!("the dataset is {level}, but `rights` does not say why"))
                });
            }
            if let (Some((index, url)), "non-public") = (distributions.and_then(first_download), level) {
                check.within("distribution", |check| {
                    check.within_item(index, |check| {
                        check.note(&rule::NON_PUBLIC_WITH_DOWNLOAD, "downloadURL", url, || {
                            let url = quote(url.shown());
                            Words::new(format!("the dataset is non-public, but offers {url} for download"))
                        });
                    });
                });
            }
        }
        _ => {}
    }
}

/// The first address that is not redacted, and the number of its distribution.
fn first_download(distributions: Value<'_>) -> Option<(usize, Value<'_>)> {
    distributions.items().enumerate().find_map(|(index, item)| {
        let url = item.get("downloadURL")?;
        url.text().is_some_and(|text| !is_redacted(text)).then_some((index, url))
    })
}

fn license(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    let Some(value) = members.get("license") else {
        check.note(&rule::LICENSE_MISSING, "license", members.object, || {
            Words::absent("the dataset is public, but has no license")
        });
        return;
    };
    let Some(url) = value.text().filter(|text| text.contains("://")) else { return };
    match by_address(url) {
        None => check.note(&rule::LICENSE_UNKNOWN, "license", value, || {
            Words::new(format!("{} is no license that we know", quote(url)))
        }),
        Some((license, _)) if !license.is_open() => {
            check.note(&rule::LICENSE_CLOSED, "license", value, || {
                Words::new(format!("the dataset is public, but its license is not open: {}", license.name))
            })
        }
        Some(_) => {}
    }
}
