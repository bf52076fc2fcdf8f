//! The demo knowledge base, as listed in `docs/sandbox.md`.

use super::{Article, Category, KnowledgeBase, Section};

impl KnowledgeBase {
    pub(crate) fn demo() -> Self {
        Self {
            id: 12,
            sections: vec![
                Section {
                    id: 101,
                    title: "Help center".to_owned(),
                    public: true,
                    image: Some("https://example.com/help.png".to_owned()),
                },
                Section { id: 102, title: "For agents".to_owned(), public: false, image: None },
            ],
            categories: vec![
                Category {
                    id: 201,
                    section: 101,
                    title: "Invoices".to_owned(),
                    description: "Paying and refunds".to_owned(),
                    public: true,
                },
                Category {
                    id: 202,
                    section: 101,
                    title: "Parcels".to_owned(),
                    description: "Nothing here yet".to_owned(),
                    public: true,
                },
                Category {
                    id: 203,
                    section: 102,
                    title: "Rules".to_owned(),
                    description: "How we work".to_owned(),
                    public: true,
                },
            ],
            articles: vec![
                Article {
                    id: 301,
                    category: 201,
                    title: "How to pay an invoice".to_owned(),
                    text:
                        "<p>Open the invoice and choose <a href=\"/pay\">Pay</a>. Cards and bank \
                           transfers are taken, and the receipt comes by e-mail within a day.</p>"
                            .to_owned(),
                    public: true,
                    created_at: "2026-03-02 10:00:00".to_owned(),
                    views: 120,
                    positive: 9,
                    negative: 1,
                },
                Article {
                    id: 302,
                    category: 201,
                    title: "Asking for a refund".to_owned(),
                    text: "<p>Write to us within 14 days. The invoice number helps.</p>".to_owned(),
                    public: true,
                    created_at: "2026-03-01 10:00:00".to_owned(),
                    views: 45,
                    positive: 3,
                    negative: 0,
                },
                Article {
                    id: 303,
                    category: 201,
                    title: "Draft: paying in installments".to_owned(),
                    text: "<p>To be decided.</p>".to_owned(),
                    public: false,
                    created_at: "2026-05-04 12:30:00".to_owned(),
                    views: 0,
                    positive: 0,
                    negative: 0,
                },
                Article {
                    id: 304,
                    category: 203,
                    title: "Answering a complaint".to_owned(),
                    text: "<p>Thank the customer first, then look into it.</p>".to_owned(),
                    public: true,
                    created_at: "2026-04-10 09:00:00".to_owned(),
                    views: 7,
                    positive: 1,
                    negative: 0,
                },
                Article {
                    id: 305,
                    category: 203,
                    title: "Closing a ticket".to_owned(),
                    text: "<p>Only when the customer says so.</p>".to_owned(),
                    public: true,
                    created_at: "2026-04-11 09:00:00".to_owned(),
                    views: 5,
                    positive: 0,
                    negative: 2,
                },
            ],
        }
    }
}
