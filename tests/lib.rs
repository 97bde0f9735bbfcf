//! End-to-end and known-answer tests.
