//! Pure drawing functions, generic over the backend: the screen, print and the
//! tests draw the same picture.

mod columns;
pub mod contributions;
pub mod dots;
pub mod histogram;
pub mod marks;
pub mod pen;
pub mod spread;
pub mod trend;
pub mod waterfall;
