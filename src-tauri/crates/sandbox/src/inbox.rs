//! What others sent to the founder's outside world: mails, and posts to hooks (an incoming webhook of a chat, the
//! founder's own application).

use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

/// A mail that the sink took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// When, on the simulated clock, in seconds since 1970.
    pub at: i64,
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients that were accepted.
    pub to: Vec<String>,
    /// Headers and body as they came, dots unstuffed, lines ending in CR LF.
    pub message: String,
}

impl Mail {
    /// The first header of that name, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.message.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
        head.split("\r\n").find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }
}

/// A post to a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookPost {
    /// When, on the simulated clock, in seconds since 1970.
    pub at: i64,
    /// The hook's name: the path after `/hooks/`.
    pub hook: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// As it came.
    pub body: String,
    /// What it was answered with.
    pub status: u16,
}

/// What the outside world took, and what it will answer.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    pub mails: Vec<Mail>,
    /// What was said to each attempt to name a recipient: when, who, which code.
    pub recipients: Vec<(i64, String, u16)>,
    pub posts: Vec<HookPost>,
    /// Codes that the next attempts for a recipient get, in order.
    mail_answers: BTreeMap<String, VecDeque<u16>>,
    /// Statuses that the next posts to a hook get, in order.
    hook_answers: BTreeMap<String, VecDeque<u16>>,
}

impl Inbox {
    pub(crate) fn script_mail(&mut self, recipient: &str, codes: &[u16]) {
        self.mail_answers.entry(recipient.to_lowercase()).or_default().extend(codes);
    }

    pub(crate) fn script_hook(&mut self, hook: &str, statuses: &[u16]) {
        self.hook_answers.entry(hook.to_owned()).or_default().extend(statuses);
    }

    /// 250, or what was scripted.
    pub(crate) fn answer_recipient(&mut self, at: i64, recipient: &str) -> u16 {
        let scripted = self.mail_answers.get_mut(&recipient.to_lowercase()).and_then(VecDeque::pop_front);
        let code = scripted.unwrap_or(250);
        self.recipients.push((at, recipient.to_owned(), code));
        code
    }

    /// 200, or what was scripted.
    pub(crate) fn take_post(
        &mut self,
        at: i64,
        hook: &str,
        headers: Vec<(String, String)>,
        body: String,
    ) -> u16 {
        let scripted = self.hook_answers.get_mut(hook).and_then(VecDeque::pop_front);
        let status = scripted.unwrap_or(200);
        self.posts.push(HookPost { at, hook: hook.to_owned(), headers, body, status });
        status
    }

    pub(crate) fn mails_json(&self) -> Value {
        let mails = self
            .mails
            .iter()
            .map(|mail| json!({ "at": mail.at, "from": mail.from, "to": mail.to, "message": mail.message }));
        let recipients =
            self.recipients.iter().map(|(at, who, code)| json!({ "at": at, "recipient": who, "code": code }));
        json!({ "mails": mails.collect::<Vec<_>>(), "recipients": recipients.collect::<Vec<_>>() })
    }

    pub(crate) fn posts_json(&self) -> Value {
        let posts = self.posts.iter().map(|post| {
            let headers: serde_json::Map<String, Value> =
                post.headers.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
            json!({ "at": post.at, "hook": post.hook, "headers": headers, "body": post.body, "status": post.status })
        });
        Value::Array(posts.collect())
    }
}
