//! Pure drawing functions, generic over the backend: the screen, print and the
//! tests draw the same picture.

pub mod contributions;
pub mod histogram;
pub mod marks;
pub mod pen;
pub mod trend;
pub mod waterfall;
