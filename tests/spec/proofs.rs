//! Proofs that strangers sent: accepted by content, kept by hash, shown only as drawn anew in a process of its own.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::{World, payment, text};

/// A chunk of a PNG.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut checked = kind.to_vec();
    checked.extend_from_slice(data);
    let mut out = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
    out.extend_from_slice(&checked);
    out.extend_from_slice(&crc(&checked).to_be_bytes());
    out
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 },
        )
    })
}

fn adler(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}

/// A grey PNG; its rows are stored, not compressed.
fn png(width: u32, height: u32, rows: &[u8]) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = width.to_be_bytes().to_vec();
    head.extend_from_slice(&height.to_be_bytes());
    head.extend_from_slice(&[8, 0, 0, 0, 0]);
    out.extend(chunk(b"IHDR", &head));
    let mut packed = vec![0x78, 0x01];
    for (at, block) in rows.chunks(65_535).enumerate() {
        let last = u8::from((at + 1) * 65_535 >= rows.len());
        let length = u16::try_from(block.len()).unwrap();
        packed.push(last);
        packed.extend_from_slice(&length.to_le_bytes());
        packed.extend_from_slice(&(!length).to_le_bytes());
        packed.extend_from_slice(block);
    }
    packed.extend_from_slice(&adler(rows).to_be_bytes());
    out.extend(chunk(b"IDAT", &packed));
    out.extend(chunk(b"IEND", &[]));
    out
}

/// A PDF of one page of this size in points, with a black square on it.
fn pdf(width: &str, height: &str) -> Vec<u8> {
    let drawing = "0 0 0 rg 50 50 100 100 re f";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R >>"),
        format!("<< /Length {} >>\nstream\n{drawing}\nendstream", drawing.len()),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let start = out.len();
    out.push_str("xref\n0 5\n0000000000 65535 f \n");
    for place in places {
        out.push_str(&format!("{place:010} 00000 n \n"));
    }
    out.push_str(&format!("trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    out.into_bytes()
}

/// Records a payment with these bytes as its proof, and returns its number.
fn with_proof(world: &World, name: &str, bytes: &[u8]) -> Result<String, String> {
    let path = world.folder().join(name);
    std::fs::write(&path, bytes).unwrap();
    let mut form = payment("cus_birch", "20.00", "cash");
    form["proof"] = json!(path);
    match world.call("payment_record", form) {
        Ok(recorded) => Ok(text(&recorded["payment"])),
        Err(error) => Err(error.code),
    }
}

fn shown(world: &World, number: &str) -> Result<Value, String> {
    world.call("proof", json!({"id": number})).map_err(|error| {
        assert_eq!(error.code, "proof_not_shown", "{error}");
        error.message
    })
}

/// The spec tests draw with the command line's program; where it was not built this is said.
fn can_draw() -> bool {
    let there = crate::command_line::binary().is_some();
    if !there {
        println!("skipped: the program `purser` is not built beside the tests");
    }
    there
}

#[test]
fn a_picture_is_drawn_anew_and_the_first_page_of_a_pdf_too() {
    if !can_draw() {
        return;
    }
    let world = World::owing();
    let rows: Vec<u8> = (0..40u32).flat_map(|_| std::iter::once(0).chain((0..60).map(|at| at * 4))).collect();
    let mut sent = png(60, 40, &rows);
    sent.extend_from_slice(b"<script>what is behind the end</script>");
    let number =
        with_proof(&world, "../../etc/passwd\u{202e}gnp.png".replace('/', "_").as_str(), &sent).unwrap();
    let picture = shown(&world, &number).unwrap();
    assert_eq!(
        (&picture["width"], &picture["height"], &picture["pages"]),
        (&json!(60), &json!(40), &json!(1))
    );
    assert_eq!(picture["media"], "image/png");
    let again = text(&picture["png"]);
    assert!(again.starts_with("iVBORw0KGgo"), "{again}");
    assert!(!again.contains("c2NyaXB0"), "nothing of the sender's bytes is handed on");

    let number = with_proof(&world, "scan.pdf", &pdf("612", "792")).unwrap();
    let picture = shown(&world, &number).unwrap();
    let height = picture["height"].as_u64().unwrap();
    assert!((1_590..=1_600).contains(&height) && picture["drawn"] == 1, "{height}");
    assert!(text(&picture["png"]).len() > 1_000);
}

#[test]
fn what_would_hurt_is_kept_and_not_shown_with_a_sentence() {
    if !can_draw() {
        return;
    }
    let world = World::owing();
    let torn_jpeg =
        [b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".as_slice(), &[0x55; 400]].concat();
    let bomb = png(60_000, 60_000, &[0; 1_000]);
    let cut = png(60, 40, &[0; 20]);
    for (name, bytes, says) in [
        ("bomb.png", bomb, "60000 by 60000"),
        ("torn.jpg", torn_jpeg, "cannot be read"),
        ("cut.png", cut, "cannot be read"),
        ("huge.pdf", pdf("14400000", "14400000"), "larger than is drawn"),
        ("endless.pdf", pdf("1e30", "1"), ""),
        ("nothing.pdf", b"%PDF-1.7\nnothing else".to_vec(), ""),
    ] {
        let number = with_proof(&world, name, &bytes).unwrap();
        let begun = Instant::now();
        let sentence = shown(&world, &number).unwrap_err();
        assert!(sentence.starts_with("The proof is kept, and it is not shown: "), "{name}: {sentence}");
        assert!(sentence.contains(says), "{name}: {sentence}");
        assert!(begun.elapsed() < Duration::from_secs(25), "{name} took {:?}", begun.elapsed());
        let detail = world.ok("payment", json!({"number": number}));
        assert!(detail["proof"].is_object(), "{name} is kept: {detail}");
    }
}

#[test]
fn what_is_no_picture_by_its_bytes_is_not_taken_whatever_its_name() {
    let world = World::owing();
    for (name, bytes) in
        [("proof.png", b"<svg onload=alert(1)>".as_slice()), ("proof.pdf", b"MZ\x90\0"), ("empty.jpg", b"")]
    {
        assert_eq!(with_proof(&world, name, bytes).unwrap_err(), "proof_kind", "{name}");
    }
    let large = [b"\x89PNG\r\n\x1a\n".as_slice(), &vec![0; 26 * 1024 * 1024]].concat();
    assert_eq!(with_proof(&world, "large.png", &large).unwrap_err(), "proof_large");
    let recorded = world.ok("payment_record", payment("cus_birch", "20.00", "cash"));
    assert_eq!(world.call("proof", json!({"id": recorded["payment"]})).unwrap_err().code, "proof_none");
    assert_eq!(world.call("proof", json!({"id": "P-9"})).unwrap_err().code, "payment_unknown");
}

/// A process that never answers is killed as soon as nobody waits any more, and one that talks too much is not heard.
#[cfg(unix)]
#[test]
fn a_process_that_draws_for_ever_is_killed() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    let silent = place.path().join("silent");
    std::fs::write(&silent, "#!/bin/sh\nexec sleep 60\n").unwrap();
    std::fs::set_permissions(&silent, std::fs::Permissions::from_mode(0o755)).unwrap();
    let begun = Instant::now();
    let tired = || begun.elapsed() > Duration::from_millis(300);
    let proof = vec![0; 4 * 1024 * 1024];
    let error = purser_engine::proof::draw_apart(&silent, proof.clone(), &tired).unwrap_err();
    assert_eq!(error.code, "cancelled");
    let yes = std::path::Path::new("/usr/bin/yes");
    let error = purser_engine::proof::draw_apart(yes, proof, &|| false).unwrap_err();
    assert_eq!(error.code, "proof_not_shown");
    assert!(begun.elapsed() < Duration::from_secs(10), "it took {:?}", begun.elapsed());
}
