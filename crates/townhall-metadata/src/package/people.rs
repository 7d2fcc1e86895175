//! Contributors: a package lists people with their roles, a dataset has a property for each role.

use serde_json::{Value, json};

use super::values::{Object, listed, put, put_list, text, thing};

/// Writes the contributors of a package as publisher, contacts, creators and contributors of a dataset.
///
/// Version 1 has one `role`, version 2 `roles`; those of neither count as contributors. Without anybody called a
/// contact, the first with an address is one.
pub fn put_people(package: &Object, dataset: &mut Object) {
    let people = listed(package.get("contributors")).iter().filter_map(Value::as_object).collect::<Vec<_>>();
    let mut publisher = None;
    let (mut contacts, mut creators, mut contributors) = (Vec::new(), Vec::new(), Vec::new());
    for person in &people {
        let Some(name) = name(person) else { continue };
        let agent = || {
            let mut agent = thing("Agent");
            put(&mut agent, "name", Some(name.as_str()));
            Value::Object(agent)
        };
        let mut is_placed = false;
        for role in roles(person) {
            match role.as_str() {
                "publisher" if publisher.is_none() => {
                    publisher = Some(json!({"@type": "Organization", "name": name.as_str()}));
                    is_placed = true;
                }
                "contact" | "contactperson" | "pointofcontact" | "maintainer" => {
                    let contact = contact(person);
                    is_placed |= contact.is_some();
                    contacts.extend(contact);
                }
                "author" | "creator" => {
                    creators.push(agent());
                    is_placed = true;
                }
                _ => {}
            }
        }
        if !is_placed {
            contributors.push(agent());
        }
    }
    if contacts.is_empty() {
        contacts.extend(people.iter().find_map(|person| contact(person)));
    }
    put(dataset, "publisher", publisher);
    put_list(dataset, "contactPoint", contacts);
    put_list(dataset, "creator", creators);
    put_list(dataset, "contributor", contributors);
}

/// Writes the people of a dataset as contributors of a package of version 2.
pub fn put_contributors(dataset: &Object, package: &mut Object) {
    let mut contributors = Vec::new();
    for (key, role) in [
        ("publisher", "publisher"),
        ("contactPoint", "contact"),
        ("creator", "creator"),
        ("contributor", "contributor"),
    ] {
        for person in listed(dataset.get(key)) {
            let mut contributor = Object::new();
            match person {
                Value::String(name) => put(&mut contributor, "title", Some(name.as_str())),
                Value::Object(person) => {
                    let name = text(person, "fn").or_else(|| text(person, "name"));
                    put(&mut contributor, "title", name);
                    let email = text(person, "hasEmail").and_then(|email| email.strip_prefix("mailto:"));
                    put(&mut contributor, "email", email);
                }
                _ => {}
            }
            if !contributor.is_empty() {
                put(&mut contributor, "roles", Some(vec![role]));
                contributors.push(Value::Object(contributor));
            }
        }
    }
    put_list(package, "contributors", contributors);
}

fn name(person: &Object) -> Option<String> {
    let whole = text(person, "title").or_else(|| text(person, "name")).map(str::to_owned);
    whole
        .or_else(|| {
            let parts = ["givenName", "familyName"].into_iter().filter_map(|key| text(person, key));
            Some(parts.collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty())
        })
        .or_else(|| text(person, "organization").or_else(|| text(person, "email")).map(str::to_owned))
}

/// The roles in small letters and without spaces, as people write them in many ways.
fn roles(person: &Object) -> Vec<String> {
    let roles = listed(person.get("roles")).iter().chain(person.get("role")).filter_map(Value::as_str);
    let plain = |role: &str| {
        role.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    roles.map(plain).collect()
}

/// The contact that a person with an address is.
fn contact(person: &Object) -> Option<Value> {
    let email = text(person, "email")?;
    let mut contact = thing("Kind");
    put(&mut contact, "fn", name(person));
    put(&mut contact, "hasEmail", Some(format!("mailto:{email}")));
    Some(Value::Object(contact))
}
