//! Listing the channels.

use php_oracle::Php;
use serde_json::{Value, json};
use usedesk_core::channels::{Channel, ChannelType, ListChannels};
use usedesk_core::{ChannelId, Encoding, ErrorCode, ErrorKind};

use crate::support::{assert_php_reads, judge, on_the_wire, reads_anything, response, violations};

fn read(body: &Value) -> Vec<Channel> {
    judge(&ListChannels::new(), Ok(response(200, body.to_string()))).expect("readable").into_vec()
}

fn documented() -> Value {
    json!([
        {"channel_id": 860, "channel_name": "Site", "channel_type": "chat"},
        {"channel_id": 861, "channel_name": "Support", "channel_type": "email"},
    ])
}

#[test]
fn on_the_wire_all_parameters_and_none() {
    let requests =
        [ListChannels::new().channel_type(ChannelType::YandexMarket), ListChannels::new()];
    insta::assert_snapshot!("list_channels", requests.map(|list| on_the_wire(&list)).join("\n"));
}

#[test]
fn php_reads_what_was_meant() {
    let Some(php) = Php::start("channels_php_reads_what_was_meant") else { return };
    let list = ListChannels::new().channel_type("a & b".into());
    assert_php_reads(&php, &list, json!({"channel_type": "a & b"}));
}

#[test]
fn every_type_on_the_wire() {
    let words = [
        "email",
        "facebook",
        "vk",
        "telephony",
        "chat",
        "wechat",
        "twitter",
        "yandex_market",
        "api",
        "instagram",
        "whatsapp",
    ];
    for word in words {
        let channel_type = ChannelType::from(word);
        assert!(!matches!(channel_type, ChannelType::Other(_)), "{word}");
        assert_eq!(channel_type.as_str(), word);
    }
    assert!(matches!(ChannelType::from("telegram"), ChannelType::Other(_)));
}

#[test]
fn rules() {
    let list = ListChannels::new().channel_type("".into());
    insta::assert_snapshot!(
        violations(&list, Encoding::Form).join("\n"),
        @"channel_type must not be empty, found an empty text"
    );
}

#[test]
fn channels_as_documented() {
    let channels = read(&documented());
    insta::assert_snapshot!(format!("{channels:#?}"));
    let again: Vec<Channel> =
        serde_json::from_value(serde_json::to_value(&channels).unwrap()).unwrap();
    assert_eq!(again, channels);
}

#[test]
fn channels_in_every_representation() {
    for empty in [json!([]), json!({})] {
        assert!(read(&empty).is_empty());
    }
    let row = json!({"channel_id": "860", "channel_name": 7, "channel_type": "telegram"});
    for rows in [json!([row]), json!({"3": row})] {
        let channel = &read(&rows)[0];
        assert_eq!((channel.id, &*channel.name), (ChannelId(860), "7"));
        assert_eq!(channel.channel_type, Some("telegram".into()));
    }
    let bare = &read(&json!([{"channel_id": 860}]))[0];
    assert_eq!((&*bare.name, &bare.channel_type), ("", &None));
    for none in [json!(null), json!(""), json!(0), json!([])] {
        assert_eq!(read(&json!([{"channel_id": 860, "channel_type": none}]))[0], *bare);
    }
    let rejected = response(200, r#"{"error":"no","code":112}"#);
    let error = judge(&ListChannels::new(), Ok(rejected)).expect_err("rejected");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Rejected, Some(&ErrorCode::InvalidToken)));
}

#[test]
fn any_response_decodes_or_is_an_error() {
    reads_anything::<ListChannels>(&documented());
}
