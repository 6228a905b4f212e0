//! A mail server for tests: on this machine, without encryption, doing as it is told. Its own record is the judge.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What it does with the next mail.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Says this after `MAIL FROM`.
    ToSender(&'static str),
    /// Says this after `RCPT TO`.
    ToRecipient(&'static str),
    /// Says this after the whole message.
    ToMessage(&'static str),
    /// Takes the message and hangs up without a word.
    TakeAndHangUp,
    /// Hangs up in the middle of the message, which it throws away.
    HangUpInMessage,
}

/// A mail that it took.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Who signed in, if anybody.
    pub user: Option<String>,
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The message as it came, dots unstuffed.
    pub data: String,
}

impl Mail {
    /// A header's value, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
        let line = head
            .lines()
            .find(|line| line.split_once(':').is_some_and(|(found, _)| found.eq_ignore_ascii_case(name)))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    }
}

#[derive(Default)]
struct Desk {
    login: Option<(String, String)>,
    answers: VecDeque<Answer>,
    mails: Vec<Mail>,
    hellos: Vec<String>,
}

/// The server; its threads end with the test's process.
#[derive(Clone)]
pub struct MailServer {
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    desk: Arc<Mutex<Desk>>,
}

impl MailServer {
    pub fn start() -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = MailServer { port: listener.local_addr().unwrap().port(), desk: Arc::default() };
        let desk = Arc::clone(&server.desk);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, desk) = (stream.unwrap(), Arc::clone(&desk));
                // A client that hangs up ends its own conversation only.
                std::thread::spawn(move || drop(converse(&stream, &desk)));
            }
        });
        server
    }

    /// From now on it asks for this user and password.
    pub fn ask_for(&self, user: &str, password: &str) {
        self.desk.lock().unwrap().login = Some((user.to_owned(), password.to_owned()));
    }

    /// What it does with the next mails, in order; after that it takes them.
    pub fn answer(&self, answers: &[Answer]) {
        self.desk.lock().unwrap().answers.extend(answers.iter().cloned());
    }

    /// What it took.
    pub fn mails(&self) -> Vec<Mail> {
        self.desk.lock().unwrap().mails.clone()
    }

    /// What clients called themselves.
    pub fn hellos(&self) -> Vec<String> {
        self.desk.lock().unwrap().hellos.clone()
    }
}

fn converse(stream: &TcpStream, desk: &Mutex<Desk>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let say = |text: &str| -> std::io::Result<()> { (&*stream).write_all(format!("{text}\r\n").as_bytes()) };
    say("220 mail.test ESMTP")?;
    let (mut user, mut mail) = (None, None::<Mail>);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match word.as_str() {
            "EHLO" => {
                let mut desk = desk.lock().unwrap();
                desk.hellos.push(line[4..].trim().to_owned());
                say(if desk.login.is_some() {
                    "250-mail.test\r\n250 AUTH PLAIN LOGIN"
                } else {
                    "250 mail.test"
                })?;
            }
            "AUTH" => {
                let wanted = desk.lock().unwrap().login.clone();
                let given = line.split(' ').nth(2).and_then(decoded).unwrap_or_default();
                let parts: Vec<&str> = given.split('\0').collect();
                match (wanted, parts.as_slice()) {
                    (Some((name, password)), [_, given, secret]) if name == *given && password == *secret => {
                        user = Some(name);
                        say("235 welcome")?;
                    }
                    // A careless server repeats what it got.
                    (_, [_, _, secret]) => say(&format!("535 5.7.8 {secret} is wrong"))?,
                    _ => say("535 5.7.8 no")?,
                }
            }
            "MAIL" => {
                let needs = desk.lock().unwrap().login.is_some() && user.is_none();
                if needs {
                    say("530 5.7.0 sign in first")?;
                } else if let Some(text) = told(desk, |answer| match answer {
                    Answer::ToSender(text) => Some(*text),
                    _ => None,
                }) {
                    say(text)?;
                } else {
                    mail = Some(Mail {
                        user: user.clone(),
                        from: address(line),
                        to: vec![],
                        data: String::new(),
                    });
                    say("250 ok")?;
                }
            }
            "RCPT" => {
                let refused = told(desk, |answer| match answer {
                    Answer::ToRecipient(text) => Some(*text),
                    _ => None,
                });
                if let Some(text) = refused {
                    say(text)?;
                } else {
                    mail.as_mut().unwrap().to.push(address(line));
                    say("250 ok")?;
                }
            }
            "DATA" => {
                say("354 go on")?;
                if told(desk, |answer| matches!(answer, Answer::HangUpInMessage).then_some("")).is_some() {
                    reader.read_line(&mut String::new())?;
                    return stream.shutdown(std::net::Shutdown::Both);
                }
                let data = message(&mut reader)?;
                let refused = told(desk, |answer| match answer {
                    Answer::ToMessage(text) => Some(*text),
                    _ => None,
                });
                if let Some(text) = refused {
                    say(text)?;
                    continue;
                }
                let silent =
                    told(desk, |answer| matches!(answer, Answer::TakeAndHangUp).then_some("")).is_some();
                let taken = Mail { data, ..mail.take().unwrap() };
                desk.lock().unwrap().mails.push(taken);
                if silent {
                    return stream.shutdown(std::net::Shutdown::Both);
                }
                say("250 2.0.0 queued as 4711")?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
}

/// The next answer, taken out where it is one of this place.
fn told(desk: &Mutex<Desk>, here: impl Fn(&Answer) -> Option<&'static str>) -> Option<&'static str> {
    let mut desk = desk.lock().unwrap();
    let text = here(desk.answers.front()?)?;
    desk.answers.pop_front();
    Some(text)
}

fn message(reader: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

fn address(line: &str) -> String {
    line.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map(|(inside, _)| inside.to_owned())
        .unwrap()
}

/// Base64, which the standard library does not know.
fn decoded(text: &str) -> Option<String> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        bits = (bits << 6) | u32::try_from(LETTERS.iter().position(|each| *each == letter)?).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}
