//! Every method of the API against the sandbox: what one changes, another shows.
//!
//! With `USEDESK_COVERAGE` set, it records what the sandbox received, for
//! `cargo xtask coverage`.

use std::env;
use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use usedesk_sandbox::{Quirks, Sandbox};

use super::sdk::channels::{ChannelType, ListChannels};
use super::sdk::chats::{AddMessage, ChangeAssignee, SendMessage};
use super::sdk::clients::{
    Address, CreateClient, GetClient, ListClients, Messenger, MessengerType, SearchType,
    UpdateClient,
};
use super::sdk::comments::CreateComment;
use super::sdk::fields::ListFields;
use super::sdk::groups::ListGroups;
use super::sdk::knowledge_base::{
    AddViews, ArticleSort, ArticleType, ChangeRating, GetArticle, GetStructure, ListArticles,
};
use super::sdk::tags::ListTags;
use super::sdk::tickets::{
    AccessRights, Assigned, CreateTicket, FieldFilter, GetTicket, ListTickets, TicketSort,
    UpdateTicket,
};
use super::sdk::users::{CreateUser, DeleteUser, ListUsers, UpdateUser, UserRole};
use super::sdk::{
    Attachment, CommentType, Encoding, Error, FieldId, GroupId, Operation, OptionId, Order,
    PhoneType, TicketId, TicketPriority, TicketStatus, TicketType, Usedesk, UserId,
};
use super::support::builder;
use super::wait;

/// The module of the flavor for which this is compiled.
const FLAVOR: &str = module_path!();

macro_rules! names {
    ($($module:ident::$operation:ident,)*) => {
        &[$(<super::sdk::$module::$operation as Operation>::NAME),*]
    };
}

const OPERATIONS: &[&str] = test_support::operations!(names);

/// A desk, and which methods were called.
struct Desk {
    sandbox: Sandbox,
    usedesk: Usedesk,
    calls: Vec<String>,
}

impl Desk {
    fn new(encoding: Encoding, quirks: bool) -> Self {
        let quirks = if quirks { Quirks::all() } else { Quirks::none() };
        let sandbox = Sandbox::builder().quirks(quirks).start().expect("the sandbox starts");
        let usedesk = builder(&sandbox).encoding(encoding).build().expect("valid");
        Self { sandbox, usedesk, calls: Vec::new() }
    }

    fn try_send<O: Operation>(&mut self, operation: O) -> Result<O::Output, Error> {
        let result = wait(self.usedesk.send(operation));
        let requests = self.sandbox.requests();
        let request = requests.last().expect("it arrived");
        let call = [FLAVOR, O::NAME, &request.method, &request.path].join(" ");
        self.calls.push(call);
        result
    }

    fn send<O: Operation>(&mut self, operation: O) -> O::Output {
        self.try_send(operation).expect("accepted")
    }

    /// Downloads what is at a URL of the desk.
    fn fetch(&self, url: &str) -> Vec<u8> {
        let address = self.sandbox.url().trim_start_matches("http://");
        let path = url.strip_prefix(self.sandbox.url()).expect("a URL of the desk");
        let mut stream = TcpStream::connect(address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").expect("it reads");
        let mut response = Vec::new();
        stream.read_to_end(&mut response).expect("it responds");
        let head = response.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head");
        assert!(response.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&response));
        response.split_off(head + 4)
    }
}

#[test]
fn every_method_acts_and_shows() {
    let mut calls = Vec::new();
    for encoding in [Encoding::Form, Encoding::Json] {
        for quirks in [false, true] {
            println!("{encoding:?}, quirks: {quirks}");
            let mut desk = Desk::new(encoding, quirks);
            tickets(&mut desk);
            clients(&mut desk);
            chats(&mut desk);
            knowledge_base(&mut desk);
            agents(&mut desk);
            calls.extend(desk.calls);
        }
    }
    if let Some(log) = env::var_os("USEDESK_COVERAGE") {
        let mut log = OpenOptions::new().append(true).open(log).expect("it is there");
        // In one piece, since the other flavor writes there, too.
        log.write_all((calls.join("\n") + "\n").as_bytes()).expect("writable");
    }
    let sent: Vec<_> = calls.iter().filter_map(|call| call.split(' ').nth(1)).collect();
    let missing: Vec<_> = OPERATIONS.iter().filter(|name| !sent.contains(name)).collect();
    assert!(missing.is_empty(), "not sent: {missing:?}");
}

fn tickets(desk: &mut Desk) {
    let pdf = Attachment::from_bytes("счёт \"7\".pdf", &b"%PDF\xff"[..]);
    let created = desk.send(
        CreateTicket::new("Счёт & co", "<p>Hi</p>")
            .client_name("Ann Ray")
            .client_email("ann@example.com")
            .company("Ray Ltd")
            .additional_id("A-7")
            .ticket_type(TicketType::Problem)
            .priority(TicketPriority::Urgent)
            .tags(["billing", "refund"])
            .group(6)
            .assignee(18)
            .channel(3)
            .field(31, "Riga")
            .field(33, OptionId(507))
            .list(71, 9)
            .list(72, 15)
            .from_client()
            .attach(pdf.clone()),
    );
    let id = created.ticket_id;

    let details = desk.send(GetTicket::new(id).accessible_for(17).sla());
    let ticket = &details.ticket;
    assert_eq!(
        (ticket.id, ticket.status, &*ticket.subject),
        (id, Some(TicketStatus::New), "Счёт & co")
    );
    assert_eq!(ticket.additional_id.as_deref(), Some("A-7"));
    assert_eq!((ticket.group_id, ticket.assignee_id), (Some(GroupId(6)), Some(UserId(18))));
    assert_eq!(details.rights(), Some(&AccessRights::Read));
    assert_eq!(details.tags, ["billing", "refund"]);
    let fields =
        details.custom_fields.iter().map(|field| (field.field_id.0, field.value.as_deref()));
    let expected = [(31, "Riga"), (33, "507"), (71, "9"), (72, "15")];
    assert!(fields.eq(expected.map(|(id, value)| (id, Some(value)))));
    let file = &details.comments[0].files[0];
    assert_eq!(file.name, pdf.name());
    assert_eq!(desk.fetch(&file.url), *pdf.content());

    let commented = desk.send(
        CreateComment::public(id, "<p>Here</p>")
            .from_agent(18)
            .cc("boss@example.com")
            .bcc("archive@example.com")
            .attach(pdf.clone()),
    );
    desk.send(CreateComment::private(id, "Well").from_agent(17));
    let details = desk.send(GetTicket::new(id));
    assert_eq!(details.comments.len(), 3);
    let reply = &details.comments[1];
    assert_eq!((reply.id, reply.user_id), (commented.comment_id, Some(UserId(18))));
    assert_eq!(
        (reply.comment_type.clone(), &*reply.cc),
        (Some(CommentType::Public), &["boss@example.com".to_owned()][..])
    );
    assert_eq!(details.comments[2].comment_type, Some(CommentType::Private));
    assert_eq!(details.ticket.status, Some(TicketStatus::Open));

    desk.send(UpdateTicket::new(id).status(TicketStatus::Solved).tag("done"));
    let mut ids = |list: ListTickets| {
        desk.send(list)
            .into_iter()
            .map(|row| (row.id.0, row.status.map_or(0, TicketStatus::number)))
            .collect::<Vec<_>>()
    };
    let solved = (id.0, 2);
    assert_eq!(ids(ListTickets::new().statuses([TicketStatus::Solved])), [solved]);
    assert_eq!(ids(ListTickets::new().assigned(Assigned::within(6, 18))), [solved]);
    assert_eq!(
        ids(ListTickets::new().query("Счёт").priorities([TicketPriority::Urgent])),
        [solved]
    );
    assert_eq!(ids(ListTickets::new().field(FieldFilter::is(33, OptionId(507)))), [solved]);
    assert_eq!(ids(ListTickets::new().tag("done").accessible_for(18).sla()), [solved]);
    let by_id = ListTickets::new().sort(TicketSort::Id, Order::Descending);
    assert_eq!(ids(by_id), [solved, (4502, 1), (4501, 8)]);
    assert_eq!(ids(ListTickets::new().page(1)), []);
    let row = desk.send(ListTickets::new().statuses([TicketStatus::Solved]))[0].clone();
    assert_eq!(row.tags, ["billing", "refund", "done"]);
    assert_eq!((row.fields[0].id, row.fields[0].value.as_deref()), (FieldId(31), Some("Riga")));

    let tags = desk.send(ListTags::new().query("bill"));
    assert_eq!((&*tags[0].name, tags[0].ticket_count), ("billing", 1));
    let fields = desk.send(ListFields::new());
    assert_eq!(fields[2].options[1].id, OptionId(507));
    let options = &fields[4].options;
    assert_eq!(options[0].parent_option_ids, [OptionId(9)]);
}

fn clients(desk: &mut Desk) {
    let avatar = Attachment::from_bytes("me.png", &b"\x89PNG"[..]);
    let client = desk.send(
        CreateClient::new()
            .name("Bo Lee")
            .emails(["bo@example.com", "lee@example.com"])
            .phone("371200000001")
            .phone_type(PhoneType::Mobile)
            .messenger(Messenger::new(MessengerType::Telegram, "@bo"))
            .site("https://example.com")
            .note("first")
            .vip(true)
            .address(Address::new().country("Latvia").city("Riga").street("Brivibas 1"))
            .avatar(avatar.clone()),
    );
    let client = client.client_id;
    let found =
        desk.send(ListClients::new().query("bo@example.com").search_type(SearchType::FullMatch));
    assert_eq!((found.len(), found[0].id), (1, client));
    assert_eq!(found[0].emails, ["bo@example.com", "lee@example.com"]);

    let before = desk.send(GetClient::new(client));
    assert_eq!((before.vip, before.spammer), (Some(true), Some(false)));
    assert_eq!(desk.fetch(before.avatar.as_deref().expect("there")), *avatar.content());
    let telegram = before.messengers[0].id.expect("an id");
    let site = before.sites[0].id.expect("an id");
    let updated = desk.send(
        UpdateClient::new(client)
            .email("third@example.com")
            .append_note("second")
            .change_messenger(telegram, Messenger::new(MessengerType::Telegram, "@lee"))
            .delete_site(site),
    );
    assert_eq!(updated.client_id, client);
    let after = desk.send(GetClient::new(client));
    assert_eq!(after.emails.len(), 3);
    assert_eq!((&*after.messengers[0].identity, after.sites.len()), ("@lee", 0));
    let note = after.note.expect("two notes");
    assert!(note.contains("first") && note.contains("second"), "{note}");
    assert_eq!(after.addresses[0].city.as_deref(), Some("Riga"));

    let missing = desk.try_send(GetClient::new(999_999)).expect_err("there is none");
    assert!(missing.is_not_found(), "{missing}");
    assert_eq!(desk.send(GetClient::new(901)).tickets, [TicketId(4501)]);
}

fn chats(desk: &mut Desk) {
    let channels = desk.send(ListChannels::new().channel_type(ChannelType::Chat));
    let channel = channels[0].id;
    assert_eq!(desk.send(ListChannels::new()).len(), 3);
    let message = AddMessage::new(1, channel, "Hello & [hi]").name("Kim").email("kim@example.com");
    let chat = desk.send(message);
    assert_eq!((chat.ticket_id, chat.channel_id), (None, Some(channel)));
    let client = chat.client_id.expect("a new client");
    let again =
        desk.send(AddMessage::new(1, channel, "Anybody?").chat(chat.chat_id).client(client));
    let ticket = again.ticket_id.expect("by now");
    desk.send(SendMessage::new(chat.chat_id, 17, "Yes"));
    let changed = desk.send(ChangeAssignee::new(chat.chat_id, 18));
    assert_eq!((changed.chat_id, changed.user_id), (chat.chat_id, Some(UserId(18))));
    let details = desk.send(GetTicket::new(ticket));
    let messages: Vec<_> = details.comments.iter().map(|comment| &*comment.message).collect();
    assert_eq!(messages, ["Hello & [hi]", "Anybody?", "Yes"]);
    assert_eq!(details.ticket.assignee_id, Some(UserId(18)));
    let no_chat = desk.try_send(AddMessage::new(1, 3, "Hello")).expect_err("an e-mail channel");
    assert_eq!(no_chat.kind(), super::sdk::ErrorKind::Rejected);
}

fn knowledge_base(desk: &mut Desk) {
    let sections = desk.send(GetStructure::new(12));
    let categories: Vec<_> = sections.iter().flat_map(|section| &section.categories).collect();
    assert_eq!(categories.iter().map(|category| category.articles.len()).sum::<usize>(), 5);
    let list = ListArticles::new(12).count(2).sort(ArticleSort::Id, Order::Descending);
    let first = desk.send(list.clone());
    assert_eq!((first.total_count, first.last_page, first.articles.len()), (5, Some(3), 2));
    let mut items = desk.usedesk.items(list);
    let mut ids = Vec::new();
    while let Some(article) = wait(items.next()) {
        ids.push(article.expect("read").id.0);
    }
    assert_eq!(ids, [305, 304, 303, 302, 301]);
    let found = desk.send(ListArticles::new(12).query("refund").article_type(ArticleType::Public));
    assert_eq!(found.articles[0].id.0, 302);

    let before = desk.send(GetArticle::new(12, 301));
    assert_eq!(desk.send(AddViews::new(12, 301, 7)).views, before.views + 7);
    let rated = desk.send(ChangeRating::new(12, 301).positive(2).negative(1)).rating;
    let after = desk.send(GetArticle::new(12, 301));
    assert_eq!((after.views, after.rating), (before.views + 7, Some(rated)));
    assert_eq!(after.title, before.title);
}

fn agents(desk: &mut Desk) {
    let new = CreateUser::new("Zoe Fox", "zoe@example.com", "secret word", 6)
        .role(UserRole::Support)
        .phone("+371 1")
        .avatar(Attachment::from_bytes("zoe.png", &b"\x89PNG"[..]));
    let agent = desk.send(new).user_id;
    let find = ListUsers::new().user(agent);
    let zoe = desk.send(find.clone())[0].clone();
    assert_eq!(
        (zoe.id, &*zoe.email, zoe.role),
        (agent, "zoe@example.com", Some(UserRole::Support))
    );
    assert_eq!(zoe.groups[0].id, GroupId(6));
    assert_eq!(desk.fetch(zoe.avatar.as_deref().expect("there")), b"\x89PNG");
    desk.send(UpdateUser::new(agent).name("Zoe Wolf").chat_online(true).delete_avatar());
    let zoe = desk.send(find.clone())[0].clone();
    assert_eq!((&*zoe.name, zoe.chat_online_status, zoe.avatar), ("Zoe Wolf", Some(true), None));
    let groups = desk.send(ListGroups::new());
    let billing = groups.iter().find(|group| group.id == GroupId(6)).expect("it is there");
    assert!(billing.users.iter().any(|member| member.id == agent));
    assert_eq!(desk.send(DeleteUser::new(agent)).user_id, agent);
    assert!(desk.send(find).is_empty());
}
