//! The same tests for the blocking and the async handle are in `tests`. Here are the doctests of
//! the guides.

#![cfg(doctest)]

#[doc = include_str!("../../../README.md")]
struct Readme;

#[doc = include_str!("../../../README.ru.md")]
struct ReadmeInRussian;

#[doc = include_str!("../../../docs/choosing.md")]
struct Choosing;

#[doc = include_str!("../../../docs/methods.md")]
struct MethodsGuide;

#[doc = include_str!("../../../docs/reliability.md")]
struct ReliabilityGuide;

#[doc = include_str!("../../../docs/sandbox.md")]
struct SandboxGuide;

#[doc = include_str!("../../../docs/update-ticket.md")]
struct UpdateTicketGuide;

#[doc = include_str!("../../../docs/webhooks.md")]
struct WebhooksGuide;
