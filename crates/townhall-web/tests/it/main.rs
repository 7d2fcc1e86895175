//! The routes as their clients see them, over a portal in memory or over real sockets.

mod catalogue;
mod portal;
mod routes;
mod search;
mod sockets;
mod tables;
