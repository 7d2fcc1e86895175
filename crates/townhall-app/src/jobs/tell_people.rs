//! Job `tell-people`: a message goes out, by e-mail and to webhooks.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{HARVEST_QUEUE, Job, JobContext};
use crate::Error;

/// Sends a message. Whoever got it before a try failed may get it twice: better than not at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TellPeople {
    /// To whom by e-mail.
    pub emails: Vec<String>,
    /// To which addresses, as JSON.
    pub webhooks: Vec<String>,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The same for programs.
    pub event: Value,
}

impl Job for TellPeople {
    const KIND: &'static str = "tell-people";
    const TITLE: &'static str = "Send a message";
    const QUEUE: &'static str = HARVEST_QUEUE;

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let mut trouble = None;
        let mut sent = 0;
        for webhook in &self.webhooks {
            match ctx.app.messages().post(webhook, &self.event).await {
                Ok(()) => sent += 1,
                Err(error) => trouble = Some(error),
            }
        }
        if !self.emails.is_empty() {
            match ctx.app.messages().mail(&self.emails, &self.subject, &self.text).await {
                Ok(()) => sent += self.emails.len(),
                Err(error) => trouble = Some(error),
            }
        }
        match trouble {
            Some(error) => Err(error),
            None => Ok(json!({"sent": sent})),
        }
    }
}
