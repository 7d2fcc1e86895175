//! What people and programs send to a tool: a form with files, pasted text or an address, or a file as the body.

use std::io;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use futures::{Stream, StreamExt, TryStreamExt};
use townhall_app::Material;
use townhall_model::ErrorKind;
use url::form_urlencoded;

use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::server::Problem;

/// The most files that one request may bring.
const FILES_MAX: usize = 20;

/// The most bytes that a field which is no file may have.
const FIELD_BYTES_MAX: usize = 256 * 1024;

/// What the names of fields begin with whose files are pictures for the fields of a form.
const IMAGE: &str = "image:";

/// Fields whose content is material for the tool: a text, an address, the files of a report, the file that a report's
/// tool made.
pub const TEXT: &str = "text";
pub const ADDRESS: &str = "url";
pub const REPORT: &str = "report";
pub const MADE: &str = "made";

/// What the dashboard called a text and an address.
const TEXTS: [&str; 2] = [TEXT, "datajson"];
const ADDRESSES: [&str; 2] = [ADDRESS, "datajson_url"];

/// Whether a field is material by the name that it has.
fn is_material(name: &str) -> bool {
    TEXTS.contains(&name) || ADDRESSES.contains(&name)
}

/// What a tool was sent.
pub struct Sent {
    /// The files, texts and addresses, in the order in which they came.
    pub materials: Vec<Material>,
    /// Everything else, together with the parameters of the address.
    pub params: Params,
    /// The fields for text in their order, empty ones too, to be shown again.
    pub texts: Vec<String>,
    /// Pictures, with the names of the fields that they are for.
    pub images: Vec<(String, Material)>,
}

impl Sent {
    /// Whether the file that was made is wanted, rather than a page about it.
    pub fn wants_file(&self) -> bool {
        self.params.get("want") == Some("file")
    }

    /// What was filled into the form, without what belongs to this request alone.
    pub fn form(&self) -> Params {
        ["keep", "want", "job", REPORT, MADE]
            .iter()
            .fold(self.params.clone(), |params, name| params.without(name))
    }
}

/// Reads a request of any of these forms.
pub async fn read(site: &Site, request: Request) -> Result<Sent, Problem> {
    let params = Params::read(request.uri().query().unwrap_or_default())?;
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mut reader = Reader {
        site,
        left: site.settings().upload_bytes,
        sent: Sent { materials: Vec::new(), params, texts: Vec::new(), images: Vec::new() },
    };
    if request.method() == Method::GET || request.method() == Method::HEAD {
        let pairs = reader.sent.params.0.clone();
        for (name, value) in pairs.into_iter().filter(|(name, _)| is_material(name)) {
            reader.field(&name, value).await?;
        }
    } else if content_type.starts_with("multipart/form-data") {
        reader.multipart(request).await?;
    } else if content_type.starts_with("application/x-www-form-urlencoded") {
        let body = reader.bytes(request.into_body().into_data_stream().map_err(io::Error::other)).await?;
        let text = String::from_utf8_lossy(&body).into_owned();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            reader.field(&name, value.into_owned()).await?;
        }
    } else {
        let name = reader.sent.params.get("name").unwrap_or("the body of the request").to_owned();
        let body = request.into_body().into_data_stream().map_err(io::Error::other);
        reader.file(&name, body).await?;
        // An address may be given without any body.
        reader.sent.materials.retain(|material| material.bytes().is_ok_and(|bytes| bytes > 0));
        for address in reader.sent.params.all(ADDRESS).map(str::to_owned).collect::<Vec<_>>() {
            reader.field(ADDRESS, address).await?;
        }
    }
    reader.held().await?;
    Ok(reader.sent)
}

struct Reader<'a> {
    site: &'a Site,
    /// How many bytes may still come.
    left: u64,
    sent: Sent,
}

impl Reader<'_> {
    async fn multipart(&mut self, request: Request) -> Result<(), Problem> {
        let broken = |error: axum::extract::multipart::MultipartError| {
            Problem::new(ErrorKind::Malformed, format!("the form can't be read: {}", error.body_text()))
        };
        let mut form = Multipart::from_request(request, &()).await.map_err(|error| {
            Problem::new(ErrorKind::Malformed, format!("the form can't be read: {error}"))
        })?;
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                // A form sends a nameless empty file for a field that was left alone.
                Some(file) if !file.is_empty() && name.starts_with(IMAGE) => {
                    let material = self.receive(&file, field.map_err(io::Error::other)).await?;
                    if self.sent.images.len() >= FILES_MAX {
                        return Err(Problem::new(
                            ErrorKind::TooLarge,
                            format!("more than {FILES_MAX} pictures came"),
                        ));
                    }
                    self.sent.images.push((name[IMAGE.len()..].to_owned(), material));
                }
                Some(file) if !file.is_empty() => self.file(&file, field.map_err(io::Error::other)).await?,
                Some(_) => {}
                None => {
                    let bytes = self.bytes(field.map_err(io::Error::other)).await?;
                    let value = String::from_utf8_lossy(&bytes).into_owned();
                    self.field(&name, value).await?;
                }
            }
        }
        Ok(())
    }

    /// A field that is no file.
    async fn field(&mut self, name: &str, value: String) -> Result<(), Problem> {
        let workshop = self.site.app().workshop();
        match name {
            name if ADDRESSES.contains(&name) && value.trim().is_empty() => {}
            name if TEXTS.contains(&name) && value.trim().is_empty() => self.sent.texts.push(String::new()),
            name if TEXTS.contains(&name) => {
                let stream = futures::stream::iter([Ok::<_, io::Error>(Bytes::from(value.clone()))]);
                let material = workshop.receive("the pasted text", stream, u64::MAX).await?;
                self.add(material)?;
                self.sent.texts.push(value);
            }
            name if ADDRESSES.contains(&name) => {
                let material = workshop.fetch(value.trim()).await?;
                self.add(material)?;
            }
            _ if value.len() > FIELD_BYTES_MAX => {
                return Err(Problem::new(ErrorKind::TooLarge, format!("the field `{name}` is too long")));
            }
            _ => self.sent.params.0.push((name.to_owned(), value)),
        }
        Ok(())
    }

    /// The files of a report that is worked on again; `report=yes` is a wish of programs and names none.
    async fn held(&mut self) -> Result<(), Problem> {
        let site = self.site;
        let reports = site.app().reports();
        let params = self.sent.params.clone();
        if !self.sent.materials.is_empty() {
            return Ok(());
        }
        if let Some(id) = params.get(MADE) {
            self.add(reports.made(id).await?.0)?;
        } else if let Some(id) = params.get(REPORT).filter(|id| *id != "yes") {
            for material in reports.materials(id).await? {
                self.add(material)?;
            }
        }
        Ok(())
    }

    async fn file(
        &mut self,
        name: &str,
        stream: impl Stream<Item = Result<Bytes, io::Error>> + Unpin,
    ) -> Result<(), Problem> {
        // Browsers of old sent whole paths.
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let material = self.receive(name, stream).await?;
        self.add(material)
    }

    async fn receive(
        &mut self,
        name: &str,
        stream: impl Stream<Item = Result<Bytes, io::Error>> + Unpin,
    ) -> Result<Material, Problem> {
        let material = self.site.app().workshop().receive(name, stream, self.left).await?;
        self.left = self.left.saturating_sub(material.bytes()?);
        Ok(material)
    }

    fn add(&mut self, material: Material) -> Result<(), Problem> {
        if self.sent.materials.len() >= FILES_MAX {
            return Err(Problem::new(
                ErrorKind::TooLarge,
                format!("more than {FILES_MAX} files came at once"),
            ));
        }
        self.sent.materials.push(material);
        Ok(())
    }

    async fn bytes(
        &mut self,
        mut stream: impl Stream<Item = Result<Bytes, io::Error>> + Unpin,
    ) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| {
                Problem::new(ErrorKind::Malformed, format!("the form did not arrive whole: {error}"))
            })?;
            self.left = self.left.checked_sub(chunk.len() as u64).ok_or_else(|| {
                let limit = self.site.settings().upload_bytes / 1_000_000;
                Problem::new(
                    ErrorKind::TooLarge,
                    format!("the form has more than the {limit} MB that may be sent"),
                )
                .with_hint("give the file's address instead, or run the command on your own machine")
            })?;
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}
