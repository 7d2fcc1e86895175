//! What is found at other people's addresses, played by sites on this machine.

mod links_check;
mod links_rounds;
mod site;
