//! The values that ticket parameters and answers take.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lenient;
use crate::open_enum::open_enum;

open_enum! {
    /// How urgent a ticket is.
    pub enum TicketPriority {
        /// `low`
        Low = "low",
        /// `medium`
        Medium = "medium",
        /// `urgent`
        Urgent = "urgent",
        /// `extreme`
        Extreme = "extreme",
    }
}

open_enum! {
    /// What a ticket is about.
    pub enum TicketType {
        /// `question`
        Question = "question",
        /// `task`
        Task = "task",
        /// `problem`
        Problem = "problem",
        /// `incident`
        Incident = "incident",
    }
}

open_enum! {
    /// Who can see a comment.
    pub enum CommentType {
        /// `public`: the client too.
        Public = "public",
        /// `private`: agents only.
        Private = "private",
    }
}

open_enum! {
    /// Who wrote a comment.
    pub enum AuthorSide {
        /// `user`: an agent.
        Agent = "user",
        /// `client`
        Client = "client",
        /// `trigger`: a rule. Only older documentation has it.
        Trigger = "trigger",
    }
}

macro_rules! ticket_status {
    ($($(#[$doc:meta])+ $variant:ident = $number:literal,)+) => {
        /// Where a ticket stands, a number on the wire.
        ///
        /// An open set: a number that is not known here is kept as `Other`. Convert with `from`,
        /// which gives a known number its own variant; equality goes by the number. There are no methods to delete or merge a
        /// ticket: these are statuses too.
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub enum TicketStatus {
            $($(#[$doc])+ $variant,)+
            /// A status that this version does not know.
            Other(u64),
        }

        impl TicketStatus {
            /// The number on the wire.
            #[must_use]
            pub fn number(self) -> u64 {
                match self {
                    $(Self::$variant => $number,)+
                    Self::Other(number) => number,
                }
            }
        }

        impl From<u64> for TicketStatus {
            fn from(number: u64) -> Self {
                match number {
                    $($number => Self::$variant,)+
                    _ => Self::Other(number),
                }
            }
        }
    };
}

ticket_status! {
    /// 1: being worked on. Any action on a new ticket opens it.
    Open = 1,
    /// 2: solved, also called executed or completed.
    Solved = 2,
    /// 3: closed.
    Closed = 3,
    /// 4: deleted.
    Deleted = 4,
    /// 5: on hold.
    OnHold = 5,
    /// 6: waiting for something.
    Pending = 6,
    /// 7: spam.
    Spam = 7,
    /// 8: new.
    New = 8,
    /// 9: a newsletter.
    Newsletter = 9,
    /// 10: merged into another ticket.
    Merged = 10,
}

// By number, so that a known status written as `Other` is the same.
impl PartialEq for TicketStatus {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Eq for TicketStatus {}

impl Hash for TicketStatus {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number().hash(state);
    }
}

impl fmt::Display for TicketStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

impl Serialize for TicketStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.number())
    }
}

impl<'de> Deserialize<'de> for TicketStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::number(deserializer).map(Self::from)
    }
}
