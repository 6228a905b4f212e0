//! Matching as named tables and properties.

mod world;

mod many_lines;
mod one_line;
mod properties;
mod sentences;
mod speed;
