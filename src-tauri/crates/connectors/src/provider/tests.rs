use super::*;

fn secrets(pairs: &[(&str, &str)]) -> Secrets {
    let mut all = Secrets::default();
    for (name, text) in pairs {
        all.insert(name, (*text).to_owned().into());
    }
    all
}

fn options(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_list_names_each_provider_and_field_once_and_asks_for_no_secret_as_an_option() {
    let mut names: Vec<&str> = PROVIDERS.iter().map(|provider| provider.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), PROVIDERS.len());
    for provider in PROVIDERS {
        assert!(
            provider.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()),
            "{}",
            provider.name
        );
        assert!(!provider.secrets.is_empty(), "{} has no secret", provider.name);
        for field in provider.secrets {
            assert!(!provider.options.iter().any(|option| option.name == field.name), "{}", field.name);
        }
        assert_eq!(provider.several, provider.options.iter().any(|field| field.name == "name"));
        // Empty: only the founder knows the address.
        if let Some(base) = provider.base_url.filter(|base| !base.is_empty()) {
            assert_eq!(base_url(base).as_deref(), Ok(base));
        }
    }
}

#[test]
fn a_base_url_is_https_or_on_this_machine_and_nothing_else() {
    for (text, kept) in [
        ("https://api.stripe.com", Some("https://api.stripe.com")),
        ("https://API.Stripe.com/", Some("https://api.stripe.com")),
        ("http://127.0.0.1:8420", Some("http://127.0.0.1:8420")),
        ("http://localhost:8420/v1/", Some("http://localhost:8420/v1")),
        ("http://[::1]:8420", Some("http://[::1]:8420")),
        ("https://10.0.0.5", Some("https://10.0.0.5")),
        ("http://10.0.0.5", None),
        ("http://127.0.0.1.example.com", None),
        ("http://localhost.example.com", None),
        ("http://0.0.0.0", None),
        ("https://me:secret@api.stripe.com", None),
        ("https://api.stripe.com?x=1", None),
        ("file:///etc/passwd", None),
        ("api.stripe.com", None),
        ("", None),
    ] {
        assert_eq!(base_url(text).ok().as_deref(), kept, "{text}");
    }
}

#[test]
fn stripe_takes_restricted_and_secret_keys_of_one_mode() {
    let stripe = find("stripe").unwrap();
    let settings = stripe.settings("", &options(&[])).unwrap();
    assert_eq!(settings.base_url, "https://api.stripe.com");
    for (read, write, fits) in [
        ("rk_live_abc", None, true),
        ("rk_test_abc", Some("rk_test_def"), true),
        ("sk_test_abc", Some("sk_test_abc"), true),
        ("rk_test_abc", Some("rk_live_abc"), false),
        ("pk_live_abc", None, false),
        ("whsec_abc", None, false),
        ("rk_live_", None, false),
        ("rk_live_abc def", None, false),
        ("hunter2", None, false),
    ] {
        let mut given = vec![("read_key", read)];
        given.extend(write.map(|key| ("write_key", key)));
        let checked = stripe.check_secrets(&settings, &secrets(&given));
        assert_eq!(checked.is_ok(), fits, "{read} {write:?}: {checked:?}");
        if let Err(sentence) = checked {
            let repeats = read != "rk_live_" && sentence.contains(read);
            assert!(!repeats, "a refusal repeats no secret: {sentence}");
        }
    }
}

#[test]
fn a_port_to_listen_on_is_the_founders_and_needs_the_secret_that_signs() {
    let stripe = find("stripe").unwrap();
    for (port, secret, fits) in [
        ("", None, true),
        ("", Some("whsec_abc"), true),
        (" 4242 ", Some("whsec_abc"), true),
        ("4242", None, false),
        ("4242", Some("rk_test_abc"), false),
        ("4242", Some("whsec_"), false),
        ("80", Some("whsec_abc"), false),
        ("65536", Some("whsec_abc"), false),
        ("-1", Some("whsec_abc"), false),
    ] {
        let mut given = vec![("read_key", "rk_test_abc")];
        given.extend(secret.map(|secret| (SIGNING_SECRET, secret)));
        let checked = stripe
            .settings("", &options(&[(LISTEN_PORT, port)]))
            .and_then(|settings| stripe.check_secrets(&settings, &secrets(&given)));
        assert_eq!(checked.is_ok(), fits, "{port:?} {secret:?}: {checked:?}");
    }
}

#[test]
fn a_webhook_belongs_to_the_host_it_is_connected_to() {
    let slack = find("slack").unwrap();
    let own = slack.settings("", &options(&[])).unwrap();
    let local = slack.settings("http://127.0.0.1:9", &options(&[])).unwrap();
    for (settings, webhook, fits) in [
        (&own, "https://hooks.slack.com/services/T0/B0/x", true),
        (&own, "https://hooks.slack.com.example.com/services/T0/B0/x", false),
        (&own, "https://hooks.slack.com", false),
        (&own, "http://hooks.slack.com/services/T0/B0/x", false),
        (&own, "http://127.0.0.1:9/services/x", false),
        (&local, "http://127.0.0.1:9/services/x", true),
        (&local, "http://127.0.0.1:99/services/x", false),
    ] {
        let checked = slack.check_secrets(settings, &secrets(&[("webhook", webhook)]));
        assert_eq!(checked.is_ok(), fits, "{webhook}: {checked:?}");
    }
}

#[test]
fn mail_settings_are_complete_and_never_in_clear_over_a_network() {
    let smtp = find("smtp").unwrap();
    let with = |pairs: &[(&str, &str)]| {
        let mut all = options(&[("host", "smtp.example.com"), ("from", "Ünal & Söhne <a@b.example>")]);
        all.extend(options(pairs));
        smtp.settings("", &all)
    };
    assert_eq!(with(&[]).unwrap().option("port"), "587");
    assert_eq!(with(&[("tls", "tls")]).unwrap().option("port"), "465");
    assert_eq!(with(&[("tls", "none"), ("host", "127.0.0.1")]).unwrap().option("port"), "25");
    for bad in [
        &[("tls", "none")][..],
        &[("tls", "ssl")],
        &[("port", "0")],
        &[("port", "70000")],
        &[("host", "")],
        &[("host", "smtp.example.com\r\nX")],
        &[("host", "a b")],
        &[("from", "nobody")],
        &[("from", "A <a@b.example>\r\nBcc: c@d.example")],
        &[("ca", "relative.pem")],
        &[("password", "x")],
    ] {
        assert!(with(bad).is_err(), "{bad:?}");
    }
    assert!(smtp.settings("https://smtp.example.com", &options(&[])).is_err());
    let settings = with(&[("user", "billing")]).unwrap();
    assert!(smtp.check_secrets(&settings, &secrets(&[])).is_err(), "a user needs a password");
    assert!(smtp.check_secrets(&settings, &secrets(&[("password", "a\nb")])).is_err());
    assert!(smtp.check_secrets(&settings, &secrets(&[("password", "a b")])).is_ok());
    let other = with(&[("user", "other")]).unwrap();
    assert_ne!((smtp.address)(&settings), (smtp.address)(&other), "a password is for one user");
}

#[test]
fn every_cause_has_a_code_that_reads_back() {
    for (cause, code) in Cause::ALL {
        assert_eq!(Cause::parse(code), Some(cause));
        assert_eq!(cause.code(), code);
    }
}

#[test]
fn nothing_prints_a_secret() {
    let all = secrets(&[("password", "canary")]);
    assert!(!format!("{all:?}").contains("canary"));
}
