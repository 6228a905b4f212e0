//! A mail sink: plain SMTP on loopback that keeps what it is given and refuses what it was told to refuse.

use crate::faults::Fault;
use crate::inbox::Mail;
use crate::sandbox::Shared;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

const LINE_BYTES_AT_MOST: usize = 16 * 1024;
const MESSAGE_BYTES_AT_MOST: usize = 32 * 1024 * 1024;

/// Takes mail until told to stop.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            accepted = listener.accept() => {
                // A client that is gone before it was accepted is its own affair, and so is one that leaves early.
                if let Ok((stream, _)) = accepted {
                    let shared = Arc::clone(&shared);
                    sessions.spawn(async move { let _ = Session::new(stream, shared).run().await; });
                }
            }
            Some(_) = sessions.join_next() => {}
        }
    }
    sessions.abort_all();
}

struct Session {
    read: BufReader<OwnedReadHalf>,
    write: OwnedWriteHalf,
    shared: Arc<Shared>,
    from: Option<String>,
    to: Vec<String>,
}

impl Session {
    fn new(stream: TcpStream, shared: Arc<Shared>) -> Self {
        let (read, write) = stream.into_split();
        Self { read: BufReader::new(read), write, shared, from: None, to: Vec::new() }
    }

    async fn run(mut self) -> std::io::Result<()> {
        self.say("220 sandbox.example ESMTP").await?;
        while let Some(line) = self.line().await? {
            let word: String = line.chars().take_while(char::is_ascii_alphabetic).collect();
            match word.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    self.say("250-sandbox.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING").await?
                }
                "HELO" => self.say("250 sandbox.example").await?,
                "MAIL" => self.mail(&line).await?,
                "RCPT" => self.recipient(&line).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.reset();
                    self.say("250 2.0.0 forgotten").await?;
                }
                "NOOP" => self.say("250 2.0.0 ok").await?,
                "QUIT" => return self.say("221 2.0.0 bye").await,
                _ => {
                    self.say("502 5.5.1 this sink knows EHLO, HELO, MAIL, RCPT, DATA, RSET, NOOP, QUIT")
                        .await?
                }
            }
        }
        Ok(())
    }

    async fn mail(&mut self, line: &str) -> std::io::Result<()> {
        self.reset();
        match address(line, "FROM:") {
            Some(from) => {
                self.from = Some(from);
                self.say("250 2.1.0 ok").await
            }
            None => self.say("501 5.5.4 MAIL FROM:<address>").await,
        }
    }

    async fn recipient(&mut self, line: &str) -> std::io::Result<()> {
        if self.from.is_none() {
            return self.say("503 5.5.1 MAIL first").await;
        }
        let Some(to) = address(line, "TO:").filter(|to| !to.is_empty()) else {
            return self.say("501 5.5.4 RCPT TO:<address>").await;
        };
        let code = {
            let mut world = self.shared.world();
            let now = world.now;
            world.inbox.answer_recipient(now, &to)
        };
        let text = match code {
            250 => "250 2.1.5 ok".to_owned(),
            400..500 => format!("{code} 4.2.0 try again later"),
            _ => format!("{code} 5.1.1 not here"),
        };
        if code == 250 {
            self.to.push(to);
        }
        self.say(&text).await
    }

    async fn data(&mut self) -> std::io::Result<()> {
        if self.to.is_empty() {
            return self.say("503 5.5.1 RCPT first").await;
        }
        self.say("354 end with a dot on a line of its own").await?;
        let mut message = String::new();
        while let Some(line) = self.line().await? {
            if line == "." {
                return self.take(message).await;
            }
            if message.len() + line.len() > MESSAGE_BYTES_AT_MOST {
                return Err(std::io::Error::other("the message is too long"));
            }
            // A leading dot was doubled by the sender.
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
            message.push_str("\r\n");
        }
        Ok(())
    }

    /// Keeps a whole message, unless a fault comes between. Where it has to look as if nothing came back, the connection
    /// ends: a client cannot tell that from a time-out.
    async fn take(&mut self, message: String) -> std::io::Result<()> {
        let from = self.from.take().unwrap_or_default();
        let to = std::mem::take(&mut self.to);
        let fault = {
            let mut world = self.shared.world();
            let fault = world.faults.next("DATA", "smtp", &to.join(","));
            let taken = !matches!(
                fault,
                Some(
                    Fault::TooManyRequests { .. }
                        | Fault::ServerError
                        | Fault::TimeoutBeforeActing
                        | Fault::ConnectionReset
                )
            );
            if taken {
                let at = world.now;
                world.inbox.mails.push(Mail { at, from, to, message });
            }
            fault
        };
        match fault {
            Some(Fault::TooManyRequests { .. } | Fault::ServerError) => {
                self.say("451 4.3.0 try again later").await
            }
            Some(
                Fault::TimeoutBeforeActing
                | Fault::TimeoutAfterActing
                | Fault::ConnectionReset
                | Fault::ConnectionResetAfterActing,
            ) => Err(std::io::Error::other("a fault")),
            _ => self.say("250 2.0.0 taken").await,
        }
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }

    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut bytes = Vec::new();
        loop {
            let available = self.read.fill_buf().await?;
            if available.is_empty() {
                return Ok(None);
            }
            let (taken, ended) = match available.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (available.len(), false),
            };
            bytes.extend_from_slice(&available[..taken]);
            self.read.consume(taken);
            if ended {
                let text = String::from_utf8_lossy(&bytes);
                return Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()));
            }
            if bytes.len() > LINE_BYTES_AT_MOST {
                return Err(std::io::Error::other("the line is too long"));
            }
        }
    }

    async fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.write.write_all(format!("{text}\r\n").as_bytes()).await
    }
}

/// What stands between the angle brackets after `FROM:` or `TO:`.
fn address(line: &str, after: &str) -> Option<String> {
    let upper = line.to_ascii_uppercase();
    let rest = line.get(upper.find(after)? + after.len()..)?;
    let (_, rest) = rest.split_once('<')?;
    rest.split_once('>').map(|(inside, _)| inside.trim().to_owned())
}
