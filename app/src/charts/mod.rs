//! Pure drawing functions, generic over the backend: the screen, print and the
//! tests draw the same picture. Those that move, or are many small shapes, write
//! them themselves (`shapes`).

mod columns;
pub mod contributions;
pub mod dots;
pub mod heat;
pub mod histogram;
pub mod marks;
pub mod pen;
pub mod shapes;
pub mod slopes;
pub mod spread;
pub mod trend;
pub mod triangle;
pub mod waterfall;
