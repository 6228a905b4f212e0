//! Everything that talks to a third party: rails, channels and sources.
