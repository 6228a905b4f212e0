//! Whoever takes posts, on this machine: a chat's incoming webhook, the founder's own application. It answers as it is
//! told, and its own record is the judge.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What it does with the next post.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    /// This status, with these words.
    Say(u16, &'static str),
    /// 429, and so many seconds of quiet.
    NotFor(u32),
    /// Takes the post and hangs up without a word.
    TakeAndHangUp,
    /// Takes the post and says nothing, for as long as the other side waits.
    TakeAndSayNothing,
}

/// A post that it took.
#[derive(Debug, Clone)]
pub struct Post {
    /// The path with what follows it.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// As it came.
    pub body: String,
}

impl Post {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct Desk {
    answers: VecDeque<Answer>,
    posts: Vec<Post>,
}

/// The box; its threads end with the test's process.
pub struct PostBox {
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    desk: Arc<Mutex<Desk>>,
}

impl PostBox {
    pub fn start() -> PostBox {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let new = PostBox { port: listener.local_addr().unwrap().port(), desk: Arc::default() };
        let desk = Arc::clone(&new.desk);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, desk) = (stream.unwrap(), Arc::clone(&desk));
                // A client that hangs up ends its own conversation only.
                std::thread::spawn(move || drop(converse(&stream, &desk)));
            }
        });
        new
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it does with the next posts, in order; after that it takes them with `200 ok`.
    pub fn answer(&self, answers: &[Answer]) {
        self.desk.lock().unwrap().answers.extend(answers);
    }

    /// What it took, whatever it said.
    pub fn posts(&self) -> Vec<Post> {
        self.desk.lock().unwrap().posts.clone()
    }
}

fn converse(stream: &TcpStream, desk: &Mutex<Desk>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(post) = read(&mut reader)? {
        let answer = {
            let mut desk = desk.lock().unwrap();
            desk.posts.push(post);
            desk.answers.pop_front().unwrap_or(Answer::Say(200, "ok"))
        };
        let (status, more, words) = match answer {
            Answer::Say(status, words) => (status, String::new(), words),
            Answer::NotFor(seconds) => (429, format!("Retry-After: {seconds}\r\n"), "rate_limited"),
            Answer::TakeAndHangUp => return stream.shutdown(Shutdown::Both),
            Answer::TakeAndSayNothing => {
                // Ends when the other side gives up.
                reader.read_to_end(&mut Vec::new())?;
                return Ok(());
            }
        };
        let head = format!("HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n{more}\r\n", words.len());
        (&*stream).write_all(head.as_bytes())?;
        (&*stream).write_all(words.as_bytes())?;
    }
    Ok(())
}

/// The next post of a connection; nothing at its end.
fn read(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Post>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let mut post = Post { path, headers, body: String::new() };
    let length = post.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    post.body = String::from_utf8(body).unwrap();
    Ok(Some(post))
}
