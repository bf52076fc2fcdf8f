//! Finds tickets, clients and other items by id.

use super::{
    Agent, Article, Chat, Client, Desk, Field, Group, KnowledgeBase, PlacedArticle, Ticket,
};
use crate::api_error::{ApiError, ErrorCode};

impl Desk {
    pub(crate) fn ticket(&self, id: u64) -> Option<&Ticket> {
        self.tickets.iter().find(|ticket| ticket.id == id)
    }

    pub(crate) fn known_ticket(&self, id: u64) -> Result<&Ticket, ApiError> {
        self.ticket(id)
            .ok_or_else(|| ErrorCode::UnknownTicket.error(format_args!("there is no ticket {id}")))
    }

    pub(crate) fn known_group(&self, id: u64) -> Result<&Group, ApiError> {
        let group = self.groups.iter().find(|group| group.id == id);
        group.ok_or_else(|| ErrorCode::UnknownGroup.error(format_args!("there is no group {id}")))
    }

    pub(crate) fn known_agent(&self, id: u64) -> Result<&Agent, ApiError> {
        let agent = self.agents.iter().find(|agent| agent.id == id);
        agent.ok_or_else(|| ErrorCode::UnknownAgent.error(format_args!("there is no agent {id}")))
    }

    pub(crate) fn known_field(&self, id: u64) -> Result<&Field, ApiError> {
        let field = self.fields.iter().find(|field| field.id == id);
        field.ok_or_else(|| {
            ErrorCode::UnknownField.error(format_args!("there is no additional field {id}"))
        })
    }

    pub(crate) fn client(&self, id: u64) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    pub(crate) fn known_client(&self, id: u64) -> Result<&Client, ApiError> {
        self.client(id)
            .ok_or_else(|| ErrorCode::UnknownClient.error(format_args!("there is no client {id}")))
    }

    /// Returns the ids of a client's tickets.
    pub(crate) fn tickets_of(&self, client: u64) -> Vec<u64> {
        let tickets = self.tickets.iter().filter(|ticket| ticket.client_id == client);
        tickets.map(|ticket| ticket.id).collect()
    }

    pub(crate) fn known_chat(&self, id: u64) -> Result<Chat, ApiError> {
        let chat = self.chats.iter().find(|chat| chat.id == id);
        chat.copied()
            .ok_or_else(|| ErrorCode::UnknownChat.error(format_args!("there is no chat {id}")))
    }

    pub(crate) fn known_knowledge_base(&mut self, id: u64) -> Result<&mut KnowledgeBase, ApiError> {
        if self.knowledge_base.id != id {
            let text = format!("there is no knowledge base {id}");
            return Err(ErrorCode::UnknownKnowledgeBase.error(text));
        }
        Ok(&mut self.knowledge_base)
    }

    pub(crate) fn known_article(&mut self, base: u64, id: u64) -> Result<&mut Article, ApiError> {
        let base = self.known_knowledge_base(base)?;
        let article = base.articles.iter_mut().find(|article| article.id == id);
        article.ok_or_else(|| unknown_article(id))
    }

    pub(crate) fn known_placed_article(
        &mut self,
        base: u64,
        id: u64,
    ) -> Result<PlacedArticle<'_>, ApiError> {
        let base = self.known_knowledge_base(base)?;
        let placed = base.placed_articles().find(|placed| placed.article.id == id);
        placed.ok_or_else(|| unknown_article(id))
    }
}

fn unknown_article(id: u64) -> ApiError {
    ErrorCode::UnknownArticle.error(format_args!("there is no article {id}"))
}
