//! One table decides, for every error, the HTTP status, the exit code and whether a job tries again.

/// What sort of trouble an error is. Doors look at this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request or the input can't be understood.
    Malformed,
    /// It was understood and is not acceptable.
    Invalid,
    /// There is no such thing, or none that this actor may see.
    NotFound,
    /// It clashes with what is there.
    Conflict,
    /// Who are you?
    Unauthenticated,
    /// We know who you are, and you may not.
    Forbidden,
    /// More than a documented limit allows.
    TooLarge,
    /// Too often or too much at once; later it may go through.
    Limited,
    /// Something that we lean on is away; later it may go through.
    Unavailable,
    /// It took longer than a documented limit allows.
    TimedOut,
    /// Our fault.
    Internal,
}

impl ErrorKind {
    /// Every kind, as the documentation lists them.
    pub const ALL: [Self; 11] = [
        Self::Malformed,
        Self::Invalid,
        Self::NotFound,
        Self::Conflict,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::TooLarge,
        Self::Limited,
        Self::Unavailable,
        Self::TimedOut,
        Self::Internal,
    ];

    /// The HTTP status code (RFC 9110).
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Invalid => 422,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::TooLarge => 413,
            Self::Limited => 429,
            Self::Unavailable => 503,
            Self::TimedOut => 504,
            Self::Internal => 500,
        }
    }

    /// The exit code of the command line.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Malformed | Self::Invalid => 2,
            Self::NotFound => 3,
            Self::Conflict => 4,
            Self::Unauthenticated | Self::Forbidden => 5,
            Self::TooLarge | Self::Limited | Self::TimedOut => 6,
            Self::Unavailable => 7,
            Self::Internal => 70,
        }
    }

    /// Whether a job that ended with this error is worth another try.
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::Limited | Self::Unavailable | Self::TimedOut | Self::Internal | Self::Conflict)
    }

    /// The word in problem types and logs, such as `not-found`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Invalid => "invalid",
            Self::NotFound => "not-found",
            Self::Conflict => "conflict",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::TooLarge => "too-large",
            Self::Limited => "limited",
            Self::Unavailable => "unavailable",
            Self::TimedOut => "timed-out",
            Self::Internal => "internal",
        }
    }

    /// The title of the problem document, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Malformed => "The request could not be understood",
            Self::Invalid => "The request can't be carried out as it stands",
            Self::NotFound => "Nothing here by that name",
            Self::Conflict => "It clashes with what is there",
            Self::Unauthenticated => "Sign in first",
            Self::Forbidden => "You may not do that",
            Self::TooLarge => "More than the limit allows",
            Self::Limited => "Too many requests",
            Self::Unavailable => "Not available right now",
            Self::TimedOut => "It took too long",
            Self::Internal => "Something went wrong on our side",
        }
    }

    /// What whoever meets it can do.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Malformed => {
                "Look at `detail`: it says which part could not be read. Check the address, the encoding of special \
                 characters, and that the body is what its content type says."
            }
            Self::Invalid => {
                "It was read, and something in it can't be: a column that the table lacks, a date that is none. \
                 `detail` names it, and `hint` says what would be accepted."
            }
            Self::NotFound => {
                "Check the name or id. What was never published, or has been withdrawn, is not found either."
            }
            Self::Conflict => {
                "Somebody else changed the same thing in the meantime. Read it again, then try again."
            }
            Self::Unauthenticated => "Sign in, or send an API key.",
            Self::Forbidden => "Ask whoever runs this portal for the right to do it.",
            Self::TooLarge => "Send less, or in parts. `detail` says how much is allowed.",
            Self::Limited => "Wait as many seconds as the header `Retry-After` says, and ask less often.",
            Self::Unavailable => {
                "Something that this portal leans on is away. Wait as many seconds as `Retry-After` says."
            }
            Self::TimedOut => "Ask for less: fewer columns, a narrower filter, a smaller page.",
            Self::Internal => {
                "It is our fault. Tell us the `request_id`; the server's log has the details under it."
            }
        }
    }
}
