//! The operations, for tests that treat all of them alike.

/// Calls a macro with every operation of the API as `module::Type,`, in the order of
/// `xtask/coverage/methods.txt`.
///
/// # Examples
///
/// ```
/// macro_rules! names {
///     ($($module:ident::$operation:ident,)*) => { [$(stringify!($operation)),*] };
/// }
///
/// assert!(test_support::operations!(names).contains(&"UpdateTicket"));
/// ```
#[macro_export]
macro_rules! operations {
    ($callback:ident) => {
        $callback! {
            tickets::ListTickets,
            tickets::GetTicket,
            tickets::CreateTicket,
            tickets::UpdateTicket,
            comments::CreateComment,
            tags::ListTags,
            clients::ListClients,
            clients::GetClient,
            clients::CreateClient,
            clients::UpdateClient,
            chats::AddMessage,
            chats::SendMessage,
            chats::ChangeAssignee,
            channels::ListChannels,
            knowledge_base::GetStructure,
            knowledge_base::ListArticles,
            knowledge_base::GetArticle,
            knowledge_base::AddViews,
            knowledge_base::ChangeRating,
            fields::ListFields,
            users::ListUsers,
            users::CreateUser,
            users::UpdateUser,
            users::DeleteUser,
            groups::ListGroups,
        }
    };
}
