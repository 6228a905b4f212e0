//! State rules of batches and approvals.

mod answers;
mod endings;
mod refunds;
pub(crate) mod scene;
mod seals;
mod views;
