//! The proof of a payment, drawn anew by a process of its own.

use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use purser_core::text::{NAME_CHARS, one_line};
use purser_store::tables::{blobs, payments};

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::proof::draw_apart;

/// `proof`: of a payment by its number or id.
pub fn proof(caller: &Caller<'_>, input: ById) -> Result<ProofPicture, ApiError> {
    let books = caller.books()?;
    let (name, hash, media, bytes) = books.read(|tx| {
        let payment =
            payments::by_number(tx, &input.id)?.ok_or_else(|| ApiError::unknown("payment", &input.id))?;
        let without = || ApiError::failed("proof_none", format!("{} has no proof.", payment.number));
        let hash = payment.proof.clone().ok_or_else(without)?;
        let (media, bytes) = blobs::get(tx, &hash)?.ok_or_else(|| {
            ApiError::failed("proof_missing", "The proof is not in the store. Run purser verify.")
        })?;
        Ok((one_line(&payment.proof_name, NAME_CHARS), hash, media, bytes))
    })?;
    let size = bytes.len() as u64;
    let picture = draw_apart(&caller.program.drawer()?, bytes, &|| caller.cancelled.load(Ordering::Relaxed))?;
    let count = |pages: usize| u32::try_from(pages).unwrap_or(u32::MAX);
    Ok(ProofPicture {
        media,
        name,
        bytes: size,
        hash,
        png: STANDARD.encode(&picture.png),
        width: picture.width,
        height: picture.height,
        pages: count(picture.pages),
        drawn: count(picture.drawn),
    })
}
