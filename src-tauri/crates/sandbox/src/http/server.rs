//! An HTTP/1.1 server on loopback that can also fail the way networks do.

use super::{Ask, Fate, Reply};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Longer bodies are refused: the providers have limits too.
const BODY_BYTES_AT_MOST: usize = 4 * 1024 * 1024;

/// Answers a complete request.
pub(crate) type Answer = Arc<dyn Fn(Ask) -> Reply + Send + Sync>;

/// Serves until told to stop. Connections in use get a moment to end.
pub(crate) async fn serve(
    listener: TcpListener,
    answer: Answer,
    hang: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            accepted = listener.accept() => {
                // A client that is gone before it was accepted is its own affair.
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, Arc::clone(&answer), hang, stop.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(Duration::from_secs(1), all_ended).await.is_err() {
        connections.abort_all();
    }
}

async fn connection(stream: TcpStream, answer: Answer, hang: Duration, mut stop: watch::Receiver<bool>) {
    let Some((stream, twin)) = with_twin(stream) else { return };
    let stopped = stop.clone();
    let service = service_fn(|request: Request<Incoming>| {
        let (answer, twin, mut stopped) = (Arc::clone(&answer), &twin, stopped.clone());
        async move {
            let reply = match read(request).await {
                Ok(ask) => answer(ask),
                Err(problem) => Reply::text(413, "text/plain", format!("{problem}\n")),
            };
            if reply.fate == Fate::Hangs {
                tokio::select! {
                    () = tokio::time::sleep(hang) => {}
                    _ = stopped.changed() => {}
                }
            }
            if reply.fate != Fate::Sent {
                // With nothing to linger for, closing sends a reset instead of a polite end.
                let _ = twin.set_zero_linger();
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            }
            Ok(response(reply))
        }
    });
    let serving = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    tokio::select! {
        _ = serving.as_mut() => {}
        _ = stop.changed() => {
            serving.as_mut().graceful_shutdown();
            let _ = serving.await;
        }
    }
}

/// The same socket twice: one for the server, one to set how it closes.
fn with_twin(stream: TcpStream) -> Option<(TcpStream, TcpStream)> {
    let _ = stream.set_nodelay(true);
    let stream = stream.into_std().ok()?;
    let twin = stream.try_clone().ok()?;
    Some((TcpStream::from_std(stream).ok()?, TcpStream::from_std(twin).ok()?))
}

async fn read(request: Request<Incoming>) -> Result<Ask, String> {
    let (head, body) = request.into_parts();
    let body =
        Limited::new(body, BODY_BYTES_AT_MOST).collect().await.map_err(|problem| problem.to_string())?;
    let headers = head.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Ok(Ask {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: body.to_bytes().to_vec(),
    })
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() = hyper::StatusCode::from_u16(reply.status).unwrap_or_default();
    for (name, value) in reply.headers {
        if let Ok(value) = hyper::header::HeaderValue::from_str(&value) {
            response.headers_mut().insert(hyper::header::HeaderName::from_static(name), value);
        }
    }
    response
}
