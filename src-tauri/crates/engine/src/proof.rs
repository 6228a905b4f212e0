//! Proofs that strangers sent are drawn by a process of their own, which dies with whatever their bytes do to it
//! (security.md 4).
//!
//! The program starts itself with a hidden word. The child bounds its own memory, processor time and files before
//! it reads a byte, gets the proof on its input, and answers with a new PNG on its output; the parent kills it when
//! it takes too long or talks too much. The child opens no store and is told no name.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use purser_documents::picture::{BYTES_MAX, Picture, redraw};

use crate::error::ApiError;

/// The word that makes the program a drawer of proofs.
pub const WORD: &str = "__redraw-proof";
/// How long a proof may take.
const TIME_MAX: Duration = Duration::from_secs(20);
/// Processor seconds of the child.
#[cfg(unix)]
const CPU_SECONDS: u64 = 15;
/// Address space of the child, in bytes: the program itself, one decoder, one sheet.
#[cfg(unix)]
const MEMORY_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// Longest answer, in bytes: three pages of 1,600 pixels as an uncompressed picture.
const ANSWER_MAX: u64 = 64 * 1024 * 1024;
/// The first line of an answer.
const HEAD: &str = "purser-picture";

/// Whether this process was started to draw a proof. Ask it before anything else of `main`.
pub fn is_drawer() -> bool {
    std::env::args_os().nth(1).is_some_and(|word| word == WORD)
}

/// Draws the proof on the input to the output; the whole life of such a process.
pub fn draw() -> ExitCode {
    match drawn() {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            // The parent reads it; one that is gone needs none.
            let _ = write!(std::io::stderr(), "{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn drawn() -> Result<(), String> {
    bound_myself()?;
    let mut bytes = Vec::new();
    let limit = BYTES_MAX as u64 + 1;
    std::io::stdin()
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|cause| format!("it did not arrive: {cause}"))?;
    let Picture { png, width, height, pages, drawn } = redraw(&bytes).map_err(|cause| cause.to_string())?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{HEAD} {width} {height} {pages} {drawn}")
        .and_then(|()| out.write_all(&png))
        .and_then(|()| out.flush())
        .map_err(|cause| format!("the picture was not taken: {cause}"))
}

/// Before a byte of the proof is read: no more memory, time, files or processes than drawing needs.
#[cfg(unix)]
fn bound_myself() -> Result<(), String> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    for (resource, most) in
        [(Resource::As, MEMORY_MAX), (Resource::Cpu, CPU_SECONDS), (Resource::Fsize, 0), (Resource::Core, 0)]
    {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
            .map_err(|cause| format!("its limits could not be set: {cause}"))?;
    }
    Ok(())
}

/// Windows bounds it by the parent's clock alone.
#[cfg(not(unix))]
fn bound_myself() -> Result<(), String> {
    Ok(())
}

/// Draws a proof in a child of `program`. The error says why it is not shown.
pub fn draw_apart(program: &Path, proof: Vec<u8>, cancelled: &dyn Fn() -> bool) -> Result<Picture, ApiError> {
    let mut child = Command::new(program)
        .arg(WORD)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|cause| failed(&format!("no process could be started for it: {cause}")))?;
    let (Some(mut input), Some(output), Some(complaint)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        end(&mut child);
        return Err(failed("its process has no pipes"));
    };
    let (answer, answered) = channel();
    std::thread::scope(|scope| {
        // A child that dies while it reads breaks the pipe; its answer says the rest.
        scope.spawn(move || drop(input.write_all(&proof)));
        scope.spawn(move || {
            let mut picture = Vec::new();
            let read = output.take(ANSWER_MAX + 1).read_to_end(&mut picture);
            let mut said = String::new();
            let _ = complaint.take(2_000).read_to_string(&mut said);
            // The receiver is gone only where nobody waits any more.
            let _ = answer.send((read.map(|_| picture), said));
        });
        let begun = Instant::now();
        loop {
            match answered.recv_timeout(Duration::from_millis(50)) {
                Ok((picture, said)) => {
                    let status = child.wait().map_err(|cause| failed(&cause.to_string()))?;
                    let picture = picture.map_err(|cause| failed(&cause.to_string()))?;
                    return read_answer(&picture, &said, status.success());
                }
                Err(_) if cancelled() => {
                    end(&mut child);
                    return Err(ApiError::failed("cancelled", "Cancelled. Nothing was changed."));
                }
                Err(_) if begun.elapsed() > TIME_MAX => {
                    end(&mut child);
                    return Err(failed("it takes longer than any honest picture"));
                }
                Err(_) => {}
            }
        }
    })
}

fn end(child: &mut Child) {
    // One that ended by itself meanwhile cannot be killed any more.
    let _ = child.kill();
    let _ = child.wait();
}

fn failed(why: &str) -> ApiError {
    ApiError::failed("proof_not_shown", format!("The proof is kept, and it is not shown: {why}."))
}

fn read_answer(answer: &[u8], said: &str, ended_well: bool) -> Result<Picture, ApiError> {
    if !ended_well {
        let said = purser_core::text::one_line(said, 200);
        // A limit kills without a word, and an allocation that fails aborts with its own.
        let why = if said.is_empty() || said.contains("memory allocation") || said.contains("panicked") {
            "drawing it used more memory or time than it may"
        } else {
            said.as_str()
        };
        return Err(failed(why));
    }
    let torn = || failed("its picture came back torn");
    let line = answer.iter().position(|byte| *byte == b'\n').ok_or_else(torn)?;
    let head = std::str::from_utf8(&answer[..line]).map_err(|_| torn())?;
    let words: Vec<&str> = head.split(' ').collect();
    let [HEAD, width, height, pages, drawn] = words[..] else { return Err(torn()) };
    let (Ok(width), Ok(height), Ok(pages), Ok(drawn)) =
        (width.parse(), height.parse(), pages.parse(), drawn.parse())
    else {
        return Err(torn());
    };
    let png = answer[line + 1..].to_vec();
    if purser_documents::picture::media_of(&png) != Some("image/png") {
        return Err(torn());
    }
    Ok(Picture { png, width, height, pages, drawn })
}
