//! One file per page; pages compose and never compute.

pub mod data;
pub mod method;
pub mod overview;
pub mod ranking;
pub mod review;
pub mod sign_off;
pub mod village;
pub mod weights;
