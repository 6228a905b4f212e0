//! The least that a window of this toolkit costs: one page with one word, no books, no commands. `make bench`
//! measures the start of Purser's window beside it.

use tauri::http::Response;
use tauri::{Url, WebviewUrl, WebviewWindowBuilder};

const PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Empty</title></head>\
                    <body><div id=\"root\"><h1>0</h1></div></body></html>";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            Response::builder().header("Content-Type", "text/html").body(PAGE.as_bytes()).unwrap_or_default()
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol(Url::parse("empty://localhost/")?);
            WebviewWindowBuilder::new(app, "main", page)
                .title("Empty")
                .inner_size(1280.0, 800.0)
                .initialization_script(include_str!("../src/painted.js"))
                .on_document_title_changed(|_, title| eprintln!("{title}"))
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
