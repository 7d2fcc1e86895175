//! Which addresses may be reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use url::{Host, Url};

use crate::error::FetchError;
use crate::limits::PORTS;

/// Reads ranges such as `10.0.0.0/8`; a bare address is a range of one.
pub fn parse_ranges(texts: &[String]) -> Result<Vec<IpNet>, String> {
    texts
        .iter()
        .map(|text| {
            let text = text.trim();
            text.parse::<IpNet>()
                .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| format!("`{text}` is not an address range; write it like 10.0.0.0/8"))
        })
        .collect()
}

/// Whether an address belongs to the public internet (IANA special-purpose registries, 2026): every range that is local,
/// shared, documentation, benchmarking, multicast or reserved is not, and neither is an IPv6 address that carries such an
/// IPv4 address inside.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || a == 127
        || address.is_private()
        || address.is_link_local()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || address.is_documentation()
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 224;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inside) = embedded_v4(address) {
        return is_public_v4(inside);
    }
    let segments = address.segments();
    // Only 2000::/3 has been given out; of it, these parts are special.
    let global = segments[0] & 0xe000 == 0x2000;
    let documentation =
        (segments[0] == 0x2001 && segments[1] == 0x0db8) || (segments[0] == 0x3fff && segments[1] < 0x1000);
    let protocol = segments[0] == 0x2001 && segments[1] < 0x0200;
    global && !documentation && !protocol
}

/// The IPv4 address inside a mapped, compatible, translated (NAT64) or 6to4 address.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match s {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => Some(v4(high, low)),
        [0, 0, 0, 0, 0, 0, high, low] => Some(v4(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x64, 0xff9b, 1, _, _, _, high, low] => Some(v4(high, low)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

/// Whether an address may be reached: it is public, or a range of the settings holds it.
pub(crate) fn is_allowed(address: IpAddr, allow: &[IpNet]) -> bool {
    let plain = match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    };
    is_public(plain) || allow.iter().any(|range| range.contains(&plain))
}

/// Refuses an address before anything is sent. A host that is an IP address is judged here, a name by the resolver.
pub(crate) fn check(url: &Url, allow: &[IpNet]) -> Result<(), FetchError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchError::Scheme { url: url.to_string() });
    }
    let host = url.host().ok_or_else(|| FetchError::Scheme { url: url.to_string() })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchError::Credentials { host: host.to_string() });
    }
    let address = match host {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(_) => None,
    };
    let opened = address.is_some_and(|address| allow.iter().any(|range| range.contains(&address)));
    if let Some(address) = address
        && !is_allowed(address, allow)
    {
        return Err(FetchError::NotPublic { host: host.to_string() });
    }
    let port = url.port_or_known_default().unwrap_or(0);
    // A range that the settings open is somebody's own network, on any port.
    let named_local = address.is_none() && !allow.is_empty();
    if !PORTS.contains(&port) && !opened && !named_local {
        return Err(FetchError::Port { host: host.to_string(), port });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_private_and_special_networks_are_not_public() {
        for text in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in ["8.8.8.8", "1.1.1.1", "23.22.11.222", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn hostile_addresses_are_refused_before_anything_is_sent() {
        for text in [
            "ftp://example.gov/x",
            "file:///etc/passwd",
            "http://user:pass@example.gov/",
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest/meta-data",
            "http://example.gov:22/",
            "gopher://example.gov/",
        ] {
            assert!(check(&text.parse().unwrap(), &[]).is_err(), "{text}");
        }
        assert!(check(&"https://example.gov/data.json".parse().unwrap(), &[]).is_ok());
    }

    #[test]
    fn a_range_of_the_settings_opens_that_range_alone() {
        let allow = parse_ranges(&["127.0.0.0/8".into()]).unwrap();
        assert!(check(&"http://127.0.0.1:34567/".parse().unwrap(), &allow).is_ok());
        assert!(check(&"http://10.0.0.1/".parse().unwrap(), &allow).is_err());
        assert!(parse_ranges(&["nonsense".into()]).is_err());
    }
}
