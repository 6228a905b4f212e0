//! The mail sink, spoken to in plain SMTP.

use crate::client::company;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Says each line and gives the code of each answer.
async fn talk(to: std::net::SocketAddr, lines: &[&str]) -> Vec<u16> {
    let mut stream = BufReader::new(TcpStream::connect(to).await.unwrap());
    let mut codes = vec![code(&mut stream).await];
    for line in lines {
        stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        codes.push(code(&mut stream).await);
    }
    codes
}

async fn code(stream: &mut BufReader<TcpStream>) -> u16 {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        if line.as_bytes().get(3) != Some(&b'-') {
            return line[..3].parse().unwrap();
        }
    }
}

#[tokio::test]
async fn mail_is_taken_and_kept() {
    let (sandbox, client) = company(61, 1).await;
    let message = "Subject: A long\r\n subject\r\nTo: a@b.example\r\n\r\nHello\r\n..dot\r\n.";
    let lines =
        ["EHLO me", "MAIL FROM:<purser@c.example> SIZE=9", "RCPT TO:<a@b.example>", "DATA", message, "QUIT"];
    assert_eq!(talk(sandbox.smtp_address(), &lines).await, [220, 250, 250, 250, 354, 250, 221]);
    let mails = sandbox.mails();
    assert_eq!(
        (mails.len(), mails[0].from.as_str(), mails[0].to.as_slice()),
        (1, "purser@c.example", &["a@b.example".to_owned()][..])
    );
    assert_eq!(mails[0].header("subject").as_deref(), Some("A long subject"));
    assert!(mails[0].message.ends_with("\r\n\r\nHello\r\n.dot\r\n"), "{:?}", mails[0].message);
    assert_eq!(client.get("/_truth/mails").await.body["mails"][0]["from"], "purser@c.example");
}

#[tokio::test]
async fn recipients_are_refused_as_scripted() {
    let (sandbox, _) = company(62, 1).await;
    sandbox.script_mail("busy@b.example", &[451]);
    sandbox.script_mail("gone@b.example", &[550, 550]);
    let lines = [
        "HELO me",
        "RCPT TO:<early@b.example>",
        "MAIL FROM:<>",
        "RCPT TO:<busy@b.example>",
        "RCPT TO:<GONE@b.example>",
        "DATA",
        "RCPT TO:<busy@b.example>",
        "RSET",
        "JUMP",
    ];
    assert_eq!(
        talk(sandbox.smtp_address(), &lines).await,
        [220, 250, 503, 250, 451, 550, 503, 250, 250, 502]
    );
    assert_eq!(sandbox.mails(), []);
    let codes: Vec<u16> = sandbox.mail_attempts().into_iter().map(|(_, _, code)| code).collect();
    assert_eq!(codes, [451, 550, 250]);
}
