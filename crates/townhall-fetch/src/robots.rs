//! What a host asks of programs in its robots.txt (RFC 9309).

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use texting_robots::Robot;
use tokio::time::Instant;
use url::Url;

use crate::error::FetchError;
use crate::fetcher::{Conditions, Fetcher};
use crate::limits::{DELAY_MAX, ROBOTS_AGE, ROBOTS_BYTES_MAX};

/// What a host asks of us.
pub struct Robots {
    rules: Rules,
    /// The time between two requests that it asks for.
    pub delay: Duration,
    /// Where its sitemaps are.
    pub sitemaps: Vec<Url>,
}

enum Rules {
    All,
    /// It could not say: its robots.txt answers with an error of its own (RFC 9309, section 2.3.1.4).
    Nothing,
    Some(Box<Robot>),
}

impl Robots {
    /// Whether an address of the host may be asked.
    pub fn allow(&self, url: &Url) -> bool {
        match &self.rules {
            Rules::All => true,
            Rules::Nothing => false,
            Rules::Some(robot) => robot.allowed(url.as_str()),
        }
    }

    /// Whether the host did not say what may be asked, because its robots.txt can't be had.
    pub fn is_unknown(&self) -> bool {
        matches!(self.rules, Rules::Nothing)
    }

    fn all() -> Self {
        Self { rules: Rules::All, delay: Duration::ZERO, sitemaps: Vec::new() }
    }

    /// Reads a robots.txt for the product that a user agent begins with.
    fn read(product: &str, text: &[u8]) -> Self {
        let Ok(robot) = Robot::new(product, text) else { return Self::all() };
        let seconds = robot.delay.filter(|delay| delay.is_finite() && *delay > 0.0).unwrap_or(0.0);
        Self {
            delay: Duration::from_secs_f32(seconds.min(DELAY_MAX.as_secs_f32())),
            sitemaps: robot.sitemaps.iter().filter_map(|text| Url::parse(text).ok()).collect(),
            rules: Rules::Some(Box::new(robot)),
        }
    }
}

type Asked<'a> = Pin<Box<dyn Future<Output = Result<Arc<Robots>, FetchError>> + Send + 'a>>;

impl Fetcher {
    /// What the host of an address asks of us; looked up once a day.
    ///
    /// # Errors
    ///
    /// When the address itself may not be asked.
    pub fn robots<'a>(&'a self, url: &'a Url) -> Asked<'a> {
        // Boxed, because every fetch may come here.
        Box::pin(self.look_robots_up(url))
    }

    async fn look_robots_up(&self, url: &Url) -> Result<Arc<Robots>, FetchError> {
        crate::guard::check(url, &self.inner.settings.allow)?;
        let host = self.host(url);
        let mut known = host.robots.lock().await;
        if let Some((at, robots)) = &*known
            && at.elapsed() < ROBOTS_AGE
        {
            return Ok(robots.clone());
        }
        let mut address = url.clone();
        address.set_path("/robots.txt");
        address.set_query(None);
        address.set_fragment(None);
        let plain = self.with(crate::Manners::default());
        let robots = match plain.get(&address, &Conditions::default(), ROBOTS_BYTES_MAX).await {
            Ok((_, text)) => {
                let product = self.product().to_owned();
                let read = tokio::task::spawn_blocking(move || Robots::read(&product, &text));
                read.await.unwrap_or_else(|_| Robots::all())
            }
            Err(FetchError::Status { status: 400..=499, .. } | FetchError::Redirect { .. }) => Robots::all(),
            // A file too large to be one is none; only what is certain to be unreachable forbids.
            Err(FetchError::TooLarge { .. }) => Robots::all(),
            Err(_) => Robots { rules: Rules::Nothing, ..Robots::all() },
        };
        let robots = Arc::new(robots);
        *known = Some((Instant::now(), robots.clone()));
        Ok(robots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_for_us_go_before_those_for_all() {
        let text = b"User-agent: *\nDisallow: /\n\nUser-agent: Townhall\nDisallow: /private\nCrawl-delay: 2\nSitemap: https://example.gov/map.xml\n";
        let robots = Robots::read("Townhall", text);
        assert!(robots.allow(&"https://example.gov/data.json".parse().unwrap()));
        assert!(!robots.allow(&"https://example.gov/private/x".parse().unwrap()));
        assert_eq!(robots.delay, Duration::from_secs(2));
        assert_eq!(robots.sitemaps.len(), 1);
        let others = Robots::read("Other", text);
        assert!(!others.allow(&"https://example.gov/data.json".parse().unwrap()));
    }
}
