//! The service as its clients meet it.

mod answers;
mod load;
mod poison;
mod server;
