//! The application interface: one list of typed queries and commands, the same for the window,
//! the local socket and the command line.

pub mod methods;
pub mod registry;
pub mod types;
