//! What the tray's menu and icon show.

use super::*;

wire! {
    /// One of the most urgent decisions, as a line of the menu.
    pub struct TrayDecision {
        /// Its id.
        pub id: String,
        /// One line, with the amount and an ellipsis, because a window opens.
        pub text: String,
        /// Where it is decided, as a route.
        pub route: String,
        /// The batch that the confirm window shows, where the decision is an approval.
        pub batch: Option<String>,
    }

    /// Something approved that can still be taken back.
    pub struct TrayLeaving {
        /// The batch.
        pub batch: String,
        /// Such as `Refund of $60.00 leaves in 7 s`.
        pub text: String,
    }

    /// The tray, in the order of its menu. Every text is one line and plain.
    pub struct Tray {
        /// Decisions; the number in the icon.
        pub count: u32,
        /// State in one line: what was read last, or since when all is paused.
        pub state: String,
        /// Approved and inside the undo window, soonest first.
        pub leaving: Vec<TrayLeaving>,
        /// Such as `9 decisions, $16,941.80`.
        pub decisions: String,
        /// The three most urgent.
        pub top: Vec<TrayDecision>,
        /// Such as `6 more in Today…`; empty when all are listed.
        pub more: String,
        /// While all is paused: what waits, such as `Held: 1 payout, 4 emails…`.
        pub held: Option<String>,
        /// Whether all is paused.
        pub paused: bool,
    }
}
