//! Where a provider may be: https anywhere, plain http only on this machine (security.md 6).

use std::net::IpAddr;

use url::{Host, Url};

/// A base URL in its one form, without a slash at its end.
pub fn base_url(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| {
        "The base URL cannot be read. It looks like https://api.example.com or http://127.0.0.1:8420."
            .to_owned()
    })?;
    let https = url.scheme() == "https";
    let loopback_http = url.scheme() == "http" && url.host_str().is_some_and(is_loopback);
    if !https && !loopback_http {
        return Err("The base URL must begin with https://; http is for this machine only, such as http://127.0.0.1:8420."
            .to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("The base URL must not hold a name or password; secrets are given apart.".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("The base URL must not hold a ? or a #.".to_owned());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether a host is this machine, by its literal address or as `localhost`. Names are not looked up: a name that
/// points here today may point elsewhere tomorrow.
pub fn is_loopback(host: &str) -> bool {
    match Host::parse(host.trim_start_matches('[').trim_end_matches(']')) {
        Ok(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Err(_) => host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
    }
}
