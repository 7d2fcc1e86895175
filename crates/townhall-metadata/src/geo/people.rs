//! Organizations and people: who made the data, who publishes it, whom to ask.

use serde_json::{Value, json};

use super::draft::Draft;
use super::element::{Element, codes_at, line_at, lines_at};

/// Somebody with a part in the data.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Party {
    /// The parts, as codes of ISO 19115.
    pub roles: Vec<String>,
    /// The organization.
    pub organization: Option<String>,
    /// The person.
    pub person: Option<String>,
    /// The position of the person.
    pub position: Option<String>,
    /// The mail address, bare.
    pub email: Option<String>,
    /// The telephone number.
    pub telephone: Option<String>,
}

impl Party {
    /// Whether it has this part.
    pub fn is(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own.eq_ignore_ascii_case(role))
    }

    /// Who to say when one name is asked for: an organization.
    pub fn organization_first(&self) -> Option<&String> {
        self.organization.as_ref().or(self.person.as_ref()).or(self.position.as_ref())
    }

    /// Who to say when a contact is asked for: a person.
    pub fn person_first(&self) -> Option<&String> {
        self.person.as_ref().or(self.organization.as_ref()).or(self.position.as_ref())
    }
}

/// The first mail address in the texts: in small letters, without spaces and `mailto:`.
pub fn email(texts: impl IntoIterator<Item = String>) -> Option<String> {
    let bare = |word: &str| {
        let word = word.to_lowercase();
        let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        word.strip_prefix("mailto:").unwrap_or(word).to_owned()
    };
    texts.into_iter().find_map(|text| {
        let mut words =
            text.split(|letter: char| letter.is_whitespace() || "<>(),;".contains(letter)).map(bare);
        let together = || bare(&text.split_whitespace().collect::<String>());
        words.find(|word| is_email(word)).or_else(|| Some(together()).filter(|word| is_email(word)))
    })
}

fn is_email(text: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || ".-_+'&/=".contains(letter))
    };
    text.split_once('@').is_some_and(|(name, host)| {
        is_plain(name)
            && is_plain(host)
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
    })
}

/// The parties in properties such as `contact` of ISO 19139 and 19115-3.
pub fn iso_parties(properties: Vec<&Element>) -> Vec<Party> {
    properties.into_iter().flat_map(|property| &property.children).flat_map(iso_party).collect()
}

fn iso_party(element: &Element) -> Vec<Party> {
    let roles = codes_at(element, "role");
    let parties: Vec<Party> = match &*element.name {
        "CI_Responsibility" => element.all("party/*").into_iter().map(of_part_3).collect(),
        _ => vec![Party {
            organization: line_at(element, "organisationName"),
            person: line_at(element, "individualName").or_else(|| che_name(element)),
            position: line_at(element, "positionName"),
            ..contact_info(element)
        }],
    };
    parties.into_iter().map(|party| Party { roles: roles.clone(), ..party }).collect()
}

/// The Swiss profile has the names of a person apart.
fn che_name(element: &Element) -> Option<String> {
    let names = [line_at(element, "individualFirstName"), line_at(element, "individualLastName")];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(name).filter(|name| !name.is_empty())
}

fn of_part_3(party: &Element) -> Party {
    let info = contact_info(party);
    if &*party.name == "CI_Individual" {
        return Party { person: line_at(party, "name"), position: line_at(party, "positionName"), ..info };
    }
    let person = party.first("individual/*");
    let of_person = person.map(contact_info).unwrap_or_default();
    Party {
        organization: line_at(party, "name"),
        person: person.and_then(|person| line_at(person, "name")),
        position: person.and_then(|person| line_at(person, "positionName")),
        email: info.email.or(of_person.email),
        telephone: info.telephone.or(of_person.telephone),
        roles: Vec::new(),
    }
}

fn contact_info(element: &Element) -> Party {
    Party {
        email: email(lines_at(element, "contactInfo/*/address/*/electronicMailAddress")),
        telephone: line_at(element, "contactInfo/*/phone/*/voice|number"),
        ..Party::default()
    }
}

/// Puts down the publisher: the first of these that has a name.
pub fn put_publisher<'p>(draft: &mut Draft, parties: impl IntoIterator<Item = &'p Party>) {
    let parties: Vec<&Party> = parties.into_iter().collect();
    let organization = parties.iter().find_map(|party| party.organization.as_ref());
    let name = organization.or_else(|| parties.iter().find_map(|party| party.organization_first()));
    match name {
        Some(name) => draft.put("publisher", Some(json!({"@type": "Organization", "name": name}))),
        None => draft.miss("publisher", "name the organization that publishes the data"),
    }
}

/// Puts down whom to ask: the first with a name and a mail address, else a name of one and an address of another, else
/// what there is, which is told.
pub fn put_contact<'p>(draft: &mut Draft, parties: impl IntoIterator<Item = &'p Party>) {
    let parties: Vec<&Party> = parties.into_iter().collect();
    let whole = parties.iter().find(|party| party.person_first().is_some() && party.email.is_some());
    let named = whole.or_else(|| parties.iter().find(|party| party.person_first().is_some()));
    let name = named.and_then(|party| party.person_first());
    let email =
        whole.or_else(|| parties.iter().find(|party| party.email.is_some())).and_then(|it| it.email.as_ref());
    if name.is_none() && email.is_none() {
        return draft.miss("contactPoint", "name a person or office with a mail address");
    }
    let mut contact = json!({"@type": "Kind"});
    let mut set = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            contact[key] = value;
        }
    };
    set("fn", name.map(|name| json!(name)));
    set("hasEmail", email.map(|email| json!(format!("mailto:{email}"))));
    if let Some(party) = named {
        set("tel", party.telephone.as_ref().map(|number| json!(number)));
        set("title", party.position.as_ref().filter(|it| Some(*it) != name).map(|title| json!(title)));
        let organization = party.organization.as_ref().filter(|it| Some(*it) != name);
        set("organization-name", organization.map(|name| json!(name)));
    }
    draft.put_all("contactPoint", vec![contact]);
    let lacking = match (name, email) {
        (Some(_), Some(_)) => return,
        (Some(name), None) => ("the contact has no mail address", name),
        (None, Some(email)) => ("the contact has no name", email),
        (None, None) => return,
    };
    let fix = "give the contact a name and a mail address";
    draft.warn("READ-XML-CONTACT", "contactPoint", lacking.0, lacking.1, fix);
}

/// Puts down all other parts: creators, contributors, owners, and the rest with their roles.
pub fn put_others(draft: &mut Draft, parties: &[Party]) {
    let agent = |name: &str| json!({"@type": "Agent", "name": name});
    let (mut creators, mut contributors, mut owners, mut others) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for party in parties {
        for role in &party.roles {
            let lower = role.to_ascii_lowercase();
            let (name, list) = match lower.as_str() {
                "publisher" | "pointofcontact" | "distributor" => continue,
                "author" | "originator" | "principalinvestigator" => (party.person_first(), &mut creators),
                "contributor" | "coauthor" | "collaborator" => (party.person_first(), &mut contributors),
                "owner" | "rightsholder" => (party.organization_first(), &mut owners),
                _ => (party.organization_first(), &mut others),
            };
            let Some(name) = name else { continue };
            let value = match lower.as_str() {
                "owner" | "rightsholder" => json!({"@type": "Organization", "name": name}),
                "author"
                | "originator"
                | "principalinvestigator"
                | "contributor"
                | "coauthor"
                | "collaborator" => agent(name),
                _ => json!({"@type": "Attribution", "agent": agent(name), "hadRole": role}),
            };
            if !list.contains(&value) && list.len() < PARTIES_MAX {
                list.push(value);
            }
        }
    }
    // 3.0 takes one creator; the others have their part in it.
    let mut creators = creators.into_iter();
    draft.put("creator", creators.next());
    others.extend(creators.map(|agent| json!({"@type": "Attribution", "agent": agent, "hadRole": "author"})));
    draft.put_all("contributor", contributors);
    draft.put_all("rightsHolder", owners);
    draft.put_all("qualifiedAttribution", others);
}

/// Most parties of one role that are told. Papers of physics have thousands of authors.
const PARTIES_MAX: usize = 500;
