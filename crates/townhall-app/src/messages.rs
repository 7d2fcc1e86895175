//! Messages to people: e-mail over SMTP (RFC 5321), and JSON to webhooks.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde_json::Value;
use townhall_fetch::Question;
use townhall_model::ErrorKind;
use url::Url;

use crate::{App, Error};

/// How mail is protected on its way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MailSecurity {
    /// STARTTLS, and no mail without it (RFC 3207).
    #[default]
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// Nothing: for a server on this machine.
    None,
}

impl MailSecurity {
    /// All of them by their words in settings.
    pub const ALL: [(&'static str, Self); 3] =
        [("starttls", Self::StartTls), ("tls", Self::Tls), ("none", Self::None)];
}

/// The server that takes our mail.
#[derive(Clone, Default)]
pub struct MailSettings {
    /// Its name; without one, no mail is sent.
    pub host: Option<String>,
    /// Its port; the usual one of its security when absent.
    pub port: Option<u16>,
    /// How mail is protected on its way there.
    pub security: MailSecurity,
    /// Who we say to be, such as `Open data <data@example.gov>`.
    pub from: String,
    /// The name and password that it asks for.
    pub credentials: Option<(String, String)>,
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailSettings")
            .field("host", &self.host)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// How long a message may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much of a webhook's answer is read.
const ANSWER_BYTES_MAX: usize = 4 * 1024;

/// The message use cases.
pub struct Messages<'a> {
    pub(crate) app: &'a App,
}

impl Messages<'_> {
    /// Sends a mail to each of these addresses.
    ///
    /// # Errors
    ///
    /// When no server is set, an address can't be read, or the server does not take the mail.
    pub async fn mail(&self, to: &[String], subject: &str, text: &str) -> Result<(), Error> {
        let settings = self.app.mail_settings();
        let host = settings.host.as_deref().ok_or_else(|| {
            Error::invalid("no mail can be sent: no server is set")
                .with_hint("set `mail.host` and `mail.from`")
        })?;
        let address = |text: &str| {
            text.parse::<Mailbox>()
                .map_err(|error| Error::invalid(format!("`{text}` is no e-mail address: {error}")))
        };
        let from = address(&settings.from)?;
        let transport = transport(settings, host)?;
        for one in to {
            let message = Message::builder()
                .from(from.clone())
                .to(address(one)?)
                // A line break in a subject would begin another header.
                .subject(subject.replace(['\r', '\n'], " "))
                .body(text.to_owned())
                .map_err(|error| Error::invalid(format!("the mail can't be written: {error}")))?;
            transport.send(message).await.map_err(|error| {
                let kind = if error.is_permanent() { ErrorKind::Invalid } else { ErrorKind::Unavailable };
                Error::new(kind, format!("the mail server `{host}` did not take a mail: {error}"))
            })?;
        }
        Ok(())
    }

    /// Sends an event to a webhook.
    ///
    /// # Errors
    ///
    /// When the address can't be asked, or answers with something else than success.
    pub async fn post(&self, webhook: &str, event: &Value) -> Result<(), Error> {
        let url = Url::parse(webhook).map_err(|error| Error::invalid(format!("`{webhook}`: {error}")))?;
        let host = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (host, _) => host.unwrap_or_default().to_owned(),
        };
        let question = Question {
            method: "POST".to_owned(),
            url,
            headers: Vec::new(),
            secrets: Vec::new(),
            body: Some(("application/json".to_owned(), event.to_string().into())),
            hosts: vec![host],
            limit_bytes: ANSWER_BYTES_MAX,
            timeout: PATIENCE,
        };
        let answered = self.app.fetcher().ask(question).await?;
        match answered.status {
            200..=299 => Ok(()),
            status => Err(Error::new(ErrorKind::Unavailable, format!("a webhook answered {status}"))),
        }
    }
}

fn transport(settings: &MailSettings, host: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
    let failed = |error| Error::new(ErrorKind::Invalid, format!("the mail server `{host}`: {error}"));
    let tls = |host: &str| TlsParameters::new(host.to_owned()).map_err(failed);
    let (security, port) = match settings.security {
        MailSecurity::StartTls => (Tls::Required(tls(host)?), 587),
        MailSecurity::Tls => (Tls::Wrapper(tls(host)?), 465),
        MailSecurity::None => (Tls::None, 25),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(settings.port.unwrap_or(port))
        .tls(security)
        .timeout(Some(PATIENCE));
    if let Some((name, password)) = &settings.credentials {
        builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
    }
    Ok(builder.build())
}
