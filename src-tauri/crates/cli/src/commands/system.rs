//! The queue, verification, backups, the panic switch, the workers, the doctor.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use purser_engine::api::session::handler;
use purser_engine::api::types::*;
use purser_engine::api::{Session, method};
use purser_engine::error::{ApiError, EXIT_FAILED, EXIT_FOUNDER};
use purser_engine::host::{FolderLock, HostError, serve};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::context::Context;
use crate::print;

/// How long an owner that agreed may take to end: it finishes the payment at hand.
const HANDOVER_MAX: Duration = Duration::from_secs(60);
const HANDOVER_PAUSE: Duration = Duration::from_millis(50);

/// `purser attention`.
pub fn attention(context: &mut Context) -> Result<ExitCode, ApiError> {
    let decisions = context.call::<method::attention>(&Nothing {})?;
    let value: Vec<_> = decisions
        .iter()
        .map(|d| {
            json!({"id": d.id, "kind": d.kind, "severity": d.severity, "title": d.title, "reason": d.reason,
                "amount": d.amount.as_ref().map(|a| &a.amount), "currency": d.amount.as_ref().map(|a| &a.currency),
                "since": d.since, "due": d.due, "actions": d.actions, "subject": d.subject})
        })
        .collect();
    context.show(&value, || {
        if decisions.is_empty() {
            return "Nothing needs you.".to_owned();
        }
        let row = |d: &Decision| {
            vec![d.title.clone(), d.reason.clone(), d.amount.as_ref().map(print::amount).unwrap_or_default()]
        };
        print::table(&decisions.iter().map(row).collect::<Vec<_>>(), 1)
    })
}

/// `purser verify`.
pub fn verify(context: &mut Context) -> Result<ExitCode, ApiError> {
    let verified = context.call::<method::verify>(&Nothing {})?;
    context.show(&verified, || {
        if verified.ok {
            format!(
                "In order: {} entries, {} postings, {} open items, {} audit rows. Audit head {}.",
                verified.entries, verified.postings, verified.items, verified.audit_rows, verified.audit_head
            )
        } else {
            verified.problems.join("\n")
        }
    })?;
    Ok(if verified.ok { ExitCode::SUCCESS } else { ExitCode::from(EXIT_FAILED) })
}

/// `purser backup`.
pub fn backup(context: &mut Context, file: &Path) -> Result<ExitCode, ApiError> {
    let input = ByPath { path: context.path(file)? };
    let written = context.call::<method::backup>(&input)?;
    context.show(&written, || format!("{}\n{}", written.say, written.path))
}

/// `purser restore`.
pub fn restore(context: &mut Context, file: &Path, code: Option<&Path>) -> Result<ExitCode, ApiError> {
    let recovery_code = match code {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| {
                ApiError::usage("recovery_code_file", format!("{} was not read: {error}.", path.display()))
            })?
            .trim()
            .to_owned(),
        None => std::env::var("PURSER_RECOVERY_CODE").unwrap_or_default(),
    };
    let passphrase = context.passphrase.as_ref().map(|secret| secret.expose_secret().to_owned());
    let input = Restore { path: context.path(file)?, recovery_code, passphrase };
    let done = context.call::<method::restore>(&input).map_err(|mut error| {
        if error.code == "recovery_code_needed" {
            error.message.push_str(" Here it is given with --recovery-code-file or PURSER_RECOVERY_CODE.");
        }
        error
    })?;
    context.show(&done, || done.say.clone())
}

/// `purser pause-all`.
pub fn pause_all(context: &mut Context) -> Result<ExitCode, ApiError> {
    let done = context.call::<method::pause_all>(&Nothing {})?;
    context.show(&done, || done.say.clone())
}

/// `purser resume-all`.
pub fn resume_all(context: &mut Context) -> Result<ExitCode, ApiError> {
    let done = context.call::<method::resume_all>(&Nothing {})?;
    context.show(&done, || done.say.clone())
}

/// `purser lock`: of the process that owns the folder. Where none runs there is nothing on any screen.
pub fn lock(context: &mut Context) -> Result<ExitCode, ApiError> {
    if matches!(context.session()?, Session::Owner { .. }) {
        return Err(ApiError::failed(
            "not_running",
            "No Purser runs on this folder, so nothing is shown anywhere.",
        ));
    }
    let done = context.call::<method::lock>(&Nothing {})?;
    context.show(&done, || done.say.clone())
}

/// `purser unlock`.
pub fn unlock(context: &mut Context) -> Result<ExitCode, ApiError> {
    let secret = context.passphrase.as_ref().map(|secret| secret.expose_secret().to_owned());
    let secret = secret.ok_or_else(|| {
        ApiError::founder("passphrase_needed", "Set PURSER_PASSPHRASE or pass --passphrase-file to unlock.")
    })?;
    let done = context.call::<method::unlock>(&Unlock { secret })?;
    context.show(&done, || done.say.clone())
}

/// `purser security`.
pub fn security(context: &mut Context, lock_after: Option<&str>) -> Result<ExitCode, ApiError> {
    if let Some(text) = lock_after {
        let lock_after_minutes = match text {
            "never" => None,
            minutes => Some(minutes.parse().map_err(|_| {
                ApiError::usage(
                    "lock_after",
                    format!("“{minutes}” is neither a number of minutes nor never."),
                )
            })?),
        };
        let done = context.call::<method::security_save>(&SecuritySave { lock_after_minutes })?;
        return context.show(&done, || done.say.clone());
    }
    let security = context.call::<method::security>(&Nothing {})?;
    context.show(&security, || {
        let yes = |is: bool| if is { "set" } else { "not set" }.to_owned();
        let after = match security.lock_after_minutes {
            Some(minutes) if security.approval_passphrase => format!("after {minutes} minutes without you"),
            Some(_) => "never: there is no passphrase to unlock with".to_owned(),
            None => "never".to_owned(),
        };
        let rows = [
            ("Vault", security.vault.clone()),
            ("Encryption", security.encryption.clone()),
            ("Approval passphrase", yes(security.approval_passphrase)),
            ("Window locks itself", after),
            ("Audit head", security.audit_head.clone()),
        ];
        print::table(&rows.map(|(label, value)| vec![format!("{label}:"), value]), 0)
    })
}

/// `purser run`: owns the folder, answers the socket, works the outbox, until it is stopped.
pub fn run(context: &mut Context, duration: Option<&str>) -> Result<ExitCode, ApiError> {
    let until = duration.map(parse_duration).transpose()?.map(|duration| Instant::now() + duration);
    let cancelled = Arc::clone(&context.cancelled);
    let folder = context.folder.display().to_string();
    let Session::Owner { program, lock } = context.session()? else {
        return Err(ApiError::failed("owned", format!("Another Purser runs on {folder}. Quit it first.")));
    };
    program.books()?;
    let server = serve(lock, handler(Arc::clone(program)))?;
    program.work(Arc::new(|events| tracing::info!(count = events.len(), "the outbox worked")));
    eprintln!("Purser runs on {folder}. Ctrl-C stops it.");
    let program = Arc::clone(program);
    let goes_on = || !cancelled.load(Ordering::SeqCst) && !program.is_leaving();
    while goes_on() && until.is_none_or(|until| Instant::now() < until) {
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(server);
    Ok(ExitCode::SUCCESS)
}

/// `purser handover`.
pub fn handover(context: &mut Context) -> Result<ExitCode, ApiError> {
    let asked = free_folder(context)?;
    let say = match asked {
        true => "The other Purser has ended; the folder is free.",
        false => "No Purser runs on this folder; it is free.",
    };
    context.show(&json!({ "ended": asked }), || say.to_owned())
}

/// Asks the owner of the folder to end and waits until its lock is gone; whether there was one.
pub fn free_folder(context: &mut Context) -> Result<bool, ApiError> {
    if matches!(context.session()?, Session::Owner { .. }) {
        return Ok(false);
    }
    context.call::<method::handover>(&Nothing {})?;
    context.reconnect()?;
    let begun = Instant::now();
    loop {
        match FolderLock::acquire(&context.folder) {
            // Let go at once: the session takes it again, and whoever is quicker is told so.
            Ok(lock) => {
                drop(lock);
                return Ok(true);
            }
            Err(HostError::Held { .. }) if begun.elapsed() < HANDOVER_MAX => {
                std::thread::sleep(HANDOVER_PAUSE)
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// `30s`, `5m`, `2h`, or seconds.
fn parse_duration(text: &str) -> Result<Duration, ApiError> {
    let bad = || ApiError::usage("duration", format!("“{text}” is not a duration such as 30s, 5m or 2h."));
    let (number, unit) = match text.find(|c: char| !c.is_ascii_digit()) {
        Some(at) => text.split_at(at),
        None => (text, "s"),
    };
    let number: u64 = number.parse().map_err(|_| bad())?;
    let seconds = match unit {
        "s" => Some(number),
        "m" => number.checked_mul(60),
        "h" => number.checked_mul(3600),
        _ => None,
    };
    seconds.filter(|seconds| *seconds <= 365 * 86_400).map(Duration::from_secs).ok_or_else(bad)
}

/// `purser doctor`.
pub fn doctor(context: &mut Context) -> Result<ExitCode, ApiError> {
    let state = context.call::<method::host_state>(&Nothing {})?;
    let open = state.state == HostStateKind::Open;
    let mut facts = vec![
        ("Version", state.version.clone()),
        ("Data folder", state.folder.clone()),
        ("Vault", state.vault.clone()),
        ("Books", state.message.clone().unwrap_or_else(|| format!("{:?}", state.state))),
    ];
    if open {
        let security = context.call::<method::security>(&Nothing {})?;
        let status = context.call::<method::status>(&Nothing {})?;
        facts.push(("Company", status.company));
        facts.push(("Encryption", security.encryption));
        facts.push(("Store", security.store_id));
        facts.push(("Audit", format!("{} rows, head {}", security.audit_rows, security.audit_head)));
        facts.push(("Last backup", status.backup_at.unwrap_or_else(|| "none".to_owned())));
        facts.push(("Last verified", status.verified_at.unwrap_or_else(|| "never".to_owned())));
        facts.push(("Paused since", status.paused_since.unwrap_or_else(|| "not paused".to_owned())));
    }
    let value: serde_json::Map<String, serde_json::Value> =
        facts.iter().map(|(label, value)| (label.to_lowercase().replace(' ', "_"), json!(value))).collect();
    let shown = context.show(&value, || {
        let row = |(label, value): &(&str, String)| vec![format!("{label}:"), value.clone()];
        print::table(&facts.iter().map(row).collect::<Vec<_>>(), 0)
    })?;
    // Books that are there and do not open need the founder; what could be found out stands above.
    Ok(if open || state.state == HostStateKind::NoCompany { shown } else { ExitCode::from(EXIT_FOUNDER) })
}
