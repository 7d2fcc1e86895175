//! Who is told of what: a harvest that failed, vanished records that wait for a person, more failures than before.

use serde_json::{Value, json};
use townhall_store::{Actor, ActorKind};

use super::settings::{Occasion, SourceSettings};
use super::{HarvestReport, HarvestSummary, Harvests};
use crate::Error;
use crate::jobs::TellPeople;

impl Harvests<'_> {
    /// Asks for messages to whoever wants to hear of what this harvest brought.
    pub(super) async fn tell(
        &self,
        settings: &SourceSettings,
        before: Option<&HarvestSummary>,
        report: &HarvestReport,
    ) -> Result<(), Error> {
        let actor = Actor::new(ActorKind::Job, format!("harvest {}", settings.name));
        for occasion in occasions(before.map(|before| &before.report), report) {
            if !settings.notify.wants(occasion) {
                continue;
            }
            let base = self.app.base_url();
            let message = TellPeople {
                emails: settings.notify.emails.clone(),
                webhooks: settings.notify.webhooks.clone(),
                subject: subject(settings, occasion, report),
                text: text(settings, report, base),
                event: event(settings, occasion, report, base),
            };
            self.app.jobs().enqueue(&actor, &message).await?;
        }
        self.app.jobs().wake();
        Ok(())
    }
}

/// What there is to tell. A failure that goes on was told when it began.
fn occasions(before: Option<&HarvestReport>, now: &HarvestReport) -> Vec<Occasion> {
    let was = |state: &str| before.is_some_and(|before| before.state == state);
    let mut occasions = Vec::new();
    match now.state.as_str() {
        "failed" if !was("failed") => occasions.push(Occasion::Failure),
        "quarantined" => {
            let held =
                before.filter(|before| before.state == "quarantined").map(|before| before.counts.quarantined);
            if held.is_none_or(|held| held < now.counts.quarantined) {
                occasions.push(Occasion::Quarantine);
            }
        }
        "done" if was("failed") => occasions.push(Occasion::Recovery),
        _ => {}
    }
    if matches!(now.state.as_str(), "done" | "quarantined") {
        // A harvest that failed as a whole says nothing of its records.
        let failed =
            before.filter(|before| before.state != "failed").map_or(0, |before| before.counts.failed);
        if now.counts.failed > failed {
            occasions.push(Occasion::Regression);
        }
        let counts = &now.counts;
        if counts.added + counts.changed + counts.restored + counts.deleted > 0 {
            occasions.push(Occasion::Change);
        }
    }
    occasions
}

fn subject(settings: &SourceSettings, occasion: Occasion, report: &HarvestReport) -> String {
    let title = settings.title();
    match occasion {
        Occasion::Failure => format!("Harvest of {title} failed"),
        Occasion::Quarantine => {
            format!("{} records of {title} vanished: please decide", report.counts.quarantined)
        }
        Occasion::Regression => format!("{} records of {title} can't be taken", report.counts.failed),
        Occasion::Recovery => format!("Harvest of {title} works again"),
        Occasion::Change => format!("{title}: {}", report.summary()),
    }
}

fn text(settings: &SourceSettings, report: &HarvestReport, base: &str) -> String {
    let mut text =
        format!("Source: {}\nAddress: {}\nResult: {}\n", settings.title(), settings.address, report.state);
    for (label, value) in [("Reason", &report.reason), ("What can be done", &report.hint)] {
        if let Some(value) = value {
            text.push_str(&format!("{label}: {value}\n"));
        }
    }
    text.push_str(&format!("Records: {}\n", report.summary()));
    for finding in report.findings.iter().take(FINDINGS_IN_MAIL) {
        let title = finding.title.as_deref().or(finding.identifier.as_deref()).unwrap_or_default();
        text.push_str(&format!("- {}: {} {title}\n", finding.code, finding.message));
    }
    text.push_str(&format!("\nThe whole report: {}\n", address(settings, report, base)));
    text
}

/// How many findings a message holds; the page has all.
const FINDINGS_IN_MAIL: usize = 20;

fn event(settings: &SourceSettings, occasion: Occasion, report: &HarvestReport, base: &str) -> Value {
    json!({
        "event": format!("harvest.{}", occasion.name()),
        "source": settings.name,
        "title": settings.title(),
        "url": address(settings, report, base),
        "report": HarvestReport { findings: Vec::new(), ..report.clone() }.to_json(),
    })
}

fn address(settings: &SourceSettings, report: &HarvestReport, base: &str) -> String {
    format!("{base}/sources/{}/runs/{}", settings.name, report.run)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(state: &str, failed: u64) -> HarvestReport {
        let mut report = HarvestReport { state: state.to_owned(), ..HarvestReport::default() };
        report.counts.failed = failed;
        report
    }

    #[test]
    fn a_trouble_is_told_when_it_begins_and_when_it_ends() {
        let (good, bad) = (report("done", 0), report("failed", 0));
        assert_eq!(occasions(None, &bad), [Occasion::Failure]);
        assert_eq!(occasions(Some(&good), &bad), [Occasion::Failure]);
        assert_eq!(occasions(Some(&bad), &bad), []);
        assert_eq!(occasions(Some(&bad), &good), [Occasion::Recovery]);
        assert_eq!(occasions(Some(&report("done", 2)), &report("done", 2)), []);
        assert_eq!(occasions(Some(&report("done", 2)), &report("done", 3)), [Occasion::Regression]);
    }
}
