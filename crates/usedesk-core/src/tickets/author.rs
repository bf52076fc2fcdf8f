//! The author of a new ticket's first message or of a new comment.

/// Defines the setters of the author, which set `from`, `user_id` and `trigger_id`.
///
/// A shared struct would have to be flattened, which serde does through a map.
macro_rules! author_setters {
    () => {
        /// Sets the client as the author: `from`.
        pub fn from_client(self) -> Self {
            self.set_author($crate::tickets::AuthorSide::Client, None, None)
        }

        /// Sets this agent as the author: `from` and `user_id`.
        pub fn from_agent(self, agent: impl Into<$crate::ids::UserId>) -> Self {
            self.set_author($crate::tickets::AuthorSide::Agent, Some(agent.into()), None)
        }

        /// Sets the side of the author without naming anyone: `from`. Resets what
        /// [`from_agent`](Self::from_agent) and [`from_rule`](Self::from_rule) set.
        ///
        /// Undocumented: three public clients send [`Agent`](crate::tickets::AuthorSide::Agent)
        /// this way, and one [`WhatsApp`](crate::tickets::AuthorSide::WhatsApp).
        pub fn from_side(self, side: $crate::tickets::AuthorSide) -> Self {
            self.set_author(side, None, None)
        }

        /// Sets this rule as the author, which is shown as the bot: `from` and `trigger_id`. Only
        /// in older documentation.
        pub fn from_rule(self, rule: impl Into<$crate::ids::RuleId>) -> Self {
            self.set_author($crate::tickets::AuthorSide::Trigger, None, Some(rule.into()))
        }

        fn set_author(
            self,
            side: $crate::tickets::AuthorSide,
            user_id: Option<$crate::ids::UserId>,
            trigger_id: Option<$crate::ids::RuleId>,
        ) -> Self {
            Self { from: Some(side), user_id, trigger_id, ..self }
        }
    };
}

pub(crate) use author_setters;
