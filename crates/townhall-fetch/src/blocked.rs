//! Tells a server that refuses programs from one that has a mistake: firewalls in front of a site leave marks in their answers.

use reqwest::header::HeaderMap;

/// Headers that only a firewall's refusal or challenge has, with who sends them.
const MARKS: [(&str, &str, &str); 6] = [
    ("cf-mitigated", "", "Cloudflare"),
    ("x-amzn-waf-action", "", "AWS WAF"),
    ("x-sucuri-block", "", "Sucuri"),
    ("x-iinfo", "", "Imperva"),
    ("x-akamai-reference-id", "", "Akamai"),
    ("x-datadome", "", "DataDome"),
];

/// Servers that stand in front of others, by the beginning of their name.
const SERVERS: [(&str, &str); 6] = [
    ("akamaighost", "Akamai"),
    ("akamainetstorage", "Akamai"),
    ("cloudflare", "Cloudflare"),
    ("awselb", "AWS"),
    ("cloudfront", "CloudFront"),
    ("sucuri", "Sucuri"),
];

/// Who keeps programs out, if this answer is a refusal of that sort.
pub(crate) fn blocked_by(status: u16, headers: &HeaderMap) -> Option<&'static str> {
    let refuses = matches!(status, 202 | 401 | 403 | 405 | 406 | 429 | 503);
    if !refuses {
        return None;
    }
    let marked = MARKS.iter().find(|(name, value, _)| {
        let found = headers.get(*name).and_then(|found| found.to_str().ok());
        found.is_some_and(|found| value.is_empty() || found.eq_ignore_ascii_case(value))
    });
    if let Some((_, _, who)) = marked {
        return Some(who);
    }
    if status != 403 {
        return None;
    }
    let server = headers.get("server").and_then(|found| found.to_str().ok()).unwrap_or_default();
    let server = server.to_ascii_lowercase();
    SERVERS.iter().find(|(name, _)| server.starts_with(name)).map(|(_, who)| *who)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_firewall_is_told_from_a_mistake() {
        let mut headers = HeaderMap::new();
        headers.insert("server", "AkamaiGHost".parse().unwrap());
        assert_eq!(blocked_by(403, &headers), Some("Akamai"));
        assert_eq!(blocked_by(404, &headers), None);
        assert_eq!(blocked_by(503, &headers), None);
        let mut headers = HeaderMap::new();
        headers.insert("x-amzn-waf-action", "challenge".parse().unwrap());
        assert_eq!(blocked_by(202, &headers), Some("AWS WAF"));
        assert_eq!(blocked_by(403, &HeaderMap::new()), None);
    }
}
