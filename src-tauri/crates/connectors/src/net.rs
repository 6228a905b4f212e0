//! One small runtime for everything that waits for the network, and the one choice of cryptography.

use std::future::Future;
use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// Threads that wait for answers; the work itself is done by the callers.
const THREADS: usize = 2;

/// Runs a future to its end and waits for it. It may be called from any thread that may wait, also from one of another
/// runtime.
///
/// Errors: the runtime cannot be started, or the future panicked.
pub(crate) fn wait_for<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> std::io::Result<T> {
    let (done, answer) = std::sync::mpsc::sync_channel(1);
    runtime()?.spawn(async move {
        // Nobody waits any more only where the caller's thread is gone.
        let _ = done.send(future.await);
    });
    answer.recv().map_err(|_| std::io::Error::other("a request stopped by a fault of the program"))
}

/// Starts work that goes on by itself.
///
/// Errors: the runtime cannot be started.
pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    Ok(runtime()?.spawn(future))
}

fn runtime() -> std::io::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let made =
        Builder::new_multi_thread().worker_threads(THREADS).thread_name("purser-net").enable_all().build()?;
    Ok(RUNTIME.get_or_init(|| made))
}

/// Chooses ring for TLS, once for the whole program; a choice that was made before stays.
pub fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
