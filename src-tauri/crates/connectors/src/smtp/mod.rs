//! SMTP: mail through the founder's own account.

mod account;
mod channel;
mod message;
mod session;

use crate::provider::{Field, Provider, SecretField};

pub use account::{Account, PASSWORD, Security};
pub use channel::Smtp;
pub use message::{Letter, MailRequest, Shown, message_id};

/// What Purser knows of SMTP.
pub const PROVIDER: Provider = Provider {
    name: "smtp",
    title: "Email (SMTP)",
    purpose: "Receipts to customers, reports and alerts to you.",
    several: true,
    base_url: None,
    options: &[
        Field {
            name: "name",
            label: "Name",
            help: "Tells several accounts apart. Receipts leave through the one named main.",
            required: false,
            default: "main",
            choices: &[],
        },
        Field {
            name: "host",
            label: "Server",
            help: "The outgoing mail server, such as smtp.example.com.",
            required: true,
            default: "",
            choices: &[],
        },
        Field {
            name: "tls",
            label: "Encryption",
            help: "starttls (port 587), tls (port 465), or none for a server on this machine.",
            required: true,
            default: "starttls",
            choices: &["starttls", "tls", "none"],
        },
        Field {
            name: "port",
            label: "Port",
            help: "587 for starttls, 465 for tls, 25 for none, where nothing is given.",
            required: false,
            default: "",
            choices: &[],
        },
        Field {
            name: "user",
            label: "User",
            help: "The name to sign in with. Leave it empty where the server asks for none.",
            required: false,
            default: "",
            choices: &[],
        },
        Field {
            name: "from",
            label: "From",
            help: "The sender, such as Northbeam Analytics <billing@northbeam.example>.",
            required: true,
            default: "",
            choices: &[],
        },
        Field {
            name: "ca",
            label: "Own certificate authority",
            help: "The path of a PEM file, where the server's certificate comes from an authority of your own.",
            required: false,
            default: "",
            choices: &[],
        },
    ],
    secrets: &[SecretField {
        name: PASSWORD,
        label: "Password",
        help: "The password, or better an app password made for Purser.",
        required: false,
    }],
    settle: account::settle,
    shapes: account::shapes,
    address: account::address,
    check: Some(session::check),
};
