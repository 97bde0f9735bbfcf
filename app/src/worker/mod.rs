//! The engine in its own thread: what is asked, who answers, who listens.

pub mod bridge;
pub mod host;
pub mod protocol;
