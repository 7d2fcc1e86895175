//! Who did it.

use std::fmt;

/// What sort of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// Townhall itself: migrations, sweeps.
    System,
    /// Somebody at the command line.
    Cli,
    /// Somebody signed in.
    User,
    /// A job.
    Job,
}

/// Whoever makes a change; every write names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// What sort of actor.
    pub kind: ActorKind,
    /// Its name.
    pub name: String,
}

impl Actor {
    /// An actor of this kind and name.
    pub fn new(kind: ActorKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            ActorKind::System => "system",
            ActorKind::Cli => "cli",
            ActorKind::User => "user",
            ActorKind::Job => "job",
        };
        write!(f, "{kind}:{}", self.name)
    }
}
