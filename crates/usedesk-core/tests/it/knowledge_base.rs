//! Articles of a knowledge base: reading, searching, adding views, rating.

use php_oracle::Php;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use usedesk_core::knowledge_base::{
    AddViews, Article, ArticleList, ArticleSort, ArticleType, ChangeRating, GetArticle,
    GetStructure, ListArticles, MAX_COUNT, RatingChanged, Section, ViewsAdded,
};
use usedesk_core::{
    CategoryId, Encoding, ErrorKind, MAX_ID, Operation, Order, RawParameters, Safety, SectionId,
};

use crate::support::{
    assert_php_reads, judge, on_the_wire, reads_anything, response, text, violations,
};

/// How many searches PHP is asked about.
const SEARCHES: u32 = 200;

fn every_filter() -> ListArticles {
    ListArticles::new(2)
        .sections([26, 38])
        .categories([34])
        .articles([1, 2, 3])
        .count(100)
        .page(4)
        .query("как & где")
        .short_text()
        .article_type(ArticleType::Public)
        .sort(ArticleSort::CreatedAt, Order::Descending)
}

fn rating() -> ChangeRating {
    ChangeRating::new(2, 34).positive(3).negative(1)
}

fn structure() -> Value {
    json!([
        {
            "id": 26, "title": "Section", "public": 1, "order": 0,
            "image": "https://files.example/section.png",
            "categories": [
                {
                    "id": 34, "title": "Category", "description": "About", "public": 1, "order": 1,
                    "articles": [
                        {"id": 1, "title": "A", "views": 23, "rating": {"positive": 5, "negative": 1}},
                        {"id": 2, "title": "B", "views": 46},
                    ],
                },
                {"id": 40, "title": "Category 2", "public": 0, "order": 3, "articles": {}},
            ],
        },
        {"id": 38, "title": "Section 2", "public": 0, "order": 0, "categories": []},
    ])
}

fn article() -> Value {
    json!({
        "id": 34, "title": "Refunds", "text": "<p>How to get a refund</p>", "public": 1, "order": 2,
        "is_rating": 1, "rating": {"positive": 5, "negative": 1}, "category_id": 34,
        "category_title": "Category", "collection_id": 26, "collection_title": "Section",
        "collection_image": null, "views": 23, "created_at": "2024-05-01 12:34:56",
    })
}

fn articles() -> Value {
    json!({"page": 1, "last-page": 3, "count": 20, "total-count": 41, "articles": [article()]})
}

fn read<O: Operation>(operation: &O, body: &Value) -> O::Output {
    judge(operation, Ok(response(200, body.to_string()))).expect("readable")
}

fn read_structure(body: &Value) -> Vec<Section> {
    read(&GetStructure::new(2), body).into_vec()
}

fn read_list(body: &Value) -> ArticleList {
    read(&ListArticles::new(2), body)
}

/// The documented article with one member changed.
fn article_with(name: &str, value: &Value) -> Article {
    let mut body = article();
    body[name] = value.clone();
    read(&GetArticle::new(2, 34), &body)
}

#[test]
fn on_the_wire_all_parameters_and_few() {
    insta::assert_snapshot!("kb_list_structure", on_the_wire(&GetStructure::new(2)));
    let lists = [every_filter(), ListArticles::new(2)];
    let both = lists.map(|list| on_the_wire(&list)).join("\n");
    insta::assert_snapshot!("kb_list_articles", both);
    insta::assert_snapshot!("kb_get_article", on_the_wire(&GetArticle::new(2, 34)));
    insta::assert_snapshot!("kb_add_views", on_the_wire(&AddViews::new(2, 34, 5)));
    let ratings = [rating(), ChangeRating::new(2, 34).negative(1)];
    let both = ratings.map(|rating| on_the_wire(&rating)).join("\n\n");
    insta::assert_snapshot!("kb_change_rating", both);
}

#[test]
fn every_enum_value_on_the_wire() {
    let new = || ListArticles::new(2);
    let lists = [
        new().article_type(ArticleType::Public),
        new().article_type(ArticleType::Private),
        new().article_type("hidden".into()),
        new().sort(ArticleSort::Id, Order::Ascending),
        new().sort(ArticleSort::Title, Order::Descending),
        new().sort(ArticleSort::CategoryId, "ascending".into()),
        new().sort(ArticleSort::Public, Order::Ascending),
        new().sort(ArticleSort::CreatedAt, Order::Ascending),
        new().sort("views".into(), Order::Ascending),
    ];
    let urls: Vec<_> = lists.iter().map(on_the_wire).collect();
    let before = "GET /uapi/support/2/articles/list?api_token=TOKEN&";
    insta::assert_snapshot!(urls.join("\n").replace(before, ""), @r"
    type=public
    type=private
    type=hidden
    sort=id&order=asc
    sort=title&order=desc
    sort=category_id&order=ascending
    sort=public&order=asc
    sort=created_at&order=asc
    sort=views&order=asc
    ");
}

#[test]
fn an_empty_list_does_not_filter() {
    let none: [u64; 0] = [];
    let list = ListArticles::new(2).sections(none).categories(none).articles(none);
    assert_eq!(list, ListArticles::new(2));
}

#[test]
fn php_reads_what_was_meant() {
    let Some(php) = Php::start("knowledge_base_php_reads_what_was_meant") else { return };
    let meant = json!({
        "collection_ids": "26,38", "category_ids": "34", "article_ids": "1,2,3", "count": 100,
        "page": 4, "query": "как & где", "short_text": 1, "type": "public", "sort": "created_at",
        "order": "desc",
    });
    assert_php_reads(&php, &every_filter(), meant);
    assert_php_reads(&php, &GetStructure::new(2), json!({}));
    assert_php_reads(&php, &GetArticle::new(2, 34), json!({}));
    assert_php_reads(&php, &AddViews::new(2, 34, 5), json!({"count": 5}));
    assert_php_reads(&php, &rating(), json!({"count_positive": 3, "count_negative": 1}));
}

#[test]
fn php_reads_any_query() {
    let Some(php) = Php::start("knowledge_base_php_reads_any_query") else { return };
    let mut runner =
        TestRunner::new(ProptestConfig { cases: SEARCHES, ..ProptestConfig::default() });
    let result = runner.run(&text(1..=60, &[]), |query| {
        assert_php_reads(&php, &ListArticles::new(2).query(&*query), json!({ "query": query }));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn all_violations_in_a_fixed_order() {
    let list = ListArticles::new(0)
        .sections([0, 1])
        .categories([MAX_ID + 1])
        .articles([1, 0, 0])
        .count(MAX_COUNT + 1)
        .page(0)
        .query("")
        .article_type("".into())
        .sort("".into(), "".into());
    insta::assert_snapshot!(violations(&list, Encoding::Form).join("\n"), @r"
    account_id must be at least 1, found 0
    collection_ids must be at least 1, found 0
    category_ids must be at most 9223372036854775807, found 9223372036854775808
    article_ids must be at least 1, found 0
    article_ids must be at least 1, found 0
    count must be at most 100, found 101
    page must be at least 1, found 0
    query must not be empty, found an empty text
    type must not be empty, found an empty text
    sort must not be empty, found an empty text
    order must not be empty, found an empty text
    ");
    let list = ListArticles::new(2).count(0).page(MAX_ID + 1).short_text();
    insta::assert_snapshot!(violations(&list, Encoding::Form).join("\n"), @r"
    count must be at least 1, found 0
    page must be at most 9223372036854775807, found 9223372036854775808
    short_text must be combined with a query, found no query
    ");
    let list = ListArticles::new(MAX_ID).count(1).page(MAX_ID).query("a").short_text();
    assert_eq!(violations(&list, Encoding::Form), [""; 0]);
    assert_eq!(violations(&ListArticles::new(2).count(100).page(1), Encoding::Form), [""; 0]);
}

#[test]
fn rules_of_reading_and_rating_an_article() {
    insta::assert_snapshot!(
        violations(&GetStructure::new(0), Encoding::Form).join("\n"),
        @"account_id must be at least 1, found 0"
    );
    insta::assert_snapshot!(violations(&GetArticle::new(0, 0), Encoding::Form).join("\n"), @r"
    account_id must be at least 1, found 0
    id must be at least 1, found 0
    ");
    insta::assert_snapshot!(violations(&AddViews::new(0, 0, 0), Encoding::Form).join("\n"), @r"
    account_id must be at least 1, found 0
    id must be at least 1, found 0
    count must be at least 1, found 0
    ");
    let views = AddViews::new(2, 34, MAX_ID + 1);
    insta::assert_snapshot!(
        violations(&views, Encoding::Form).join("\n"),
        @"count must be at most 9223372036854775807, found 9223372036854775808"
    );
    let rating = ChangeRating::new(0, 0).positive(MAX_ID + 1).negative(MAX_ID + 1);
    insta::assert_snapshot!(violations(&rating, Encoding::Form).join("\n"), @r"
    account_id must be at least 1, found 0
    id must be at least 1, found 0
    count_positive must be at most 9223372036854775807, found 9223372036854775808
    count_negative must be at most 9223372036854775807, found 9223372036854775808
    ");
}

#[test]
fn a_rating_is_required() {
    let new = || ChangeRating::new(2, 34);
    for nothing in [new(), new().positive(0), new().positive(0).negative(0)] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(
                violations(&nothing, Encoding::Form).join("\n"),
                @"(parameters) must change something, found nothing to change"
            );
        }
    }
    assert_eq!(violations(&new().positive(0).negative(1), Encoding::Form), [""; 0]);
    let added = RawParameters::new(new()).parameter("comment", "great");
    assert_eq!(violations(&added, Encoding::Form), [""; 0]);
}

#[test]
fn safety_of_each_operation() {
    assert_eq!(AddViews::SAFETY, Safety::Once);
    assert_eq!(ChangeRating::SAFETY, Safety::Once);
    assert_eq!(ListArticles::SAFETY, Safety::Read);
}

#[test]
fn a_structure_as_documented() {
    let sections = read_structure(&structure());
    insta::assert_snapshot!(format!("{sections:#?}"));
    let json = serde_json::to_value(&sections).unwrap();
    assert_eq!(serde_json::from_value::<Vec<Section>>(json).unwrap(), sections);
}

#[test]
fn articles_as_documented() {
    let list = read_list(&articles());
    insta::assert_snapshot!(format!("{list:#?}"));
    assert_eq!(read(&GetArticle::new(2, 34), &article()), list.articles[0]);
    let json = serde_json::to_value(&list).unwrap();
    assert_eq!(json["last-page"], 3);
    assert_eq!(serde_json::from_value::<ArticleList>(json).unwrap(), list);
    let json = serde_json::to_value(&list.articles[0]).unwrap();
    assert_eq!(serde_json::from_value::<Article>(json).unwrap(), list.articles[0]);
}

#[test]
fn totals_as_documented() {
    let views = read(&AddViews::new(2, 34, 1), &json!({"res": 1, "views": 24}));
    assert_eq!((&views.res, views.views), (&Some(json!(1)), 24));
    let json = serde_json::to_value(&views).unwrap();
    assert_eq!(serde_json::from_value::<ViewsAdded>(json).unwrap(), views);

    let body = json!({"rating": {"positive": 6, "negative": 1}});
    let changed = read(&rating(), &body);
    assert_eq!((changed.rating.positive, changed.rating.negative), (6, 1));
    let json = serde_json::to_value(&changed).unwrap();
    assert_eq!(serde_json::from_value::<RatingChanged>(json).unwrap(), changed);

    assert_eq!(read(&AddViews::new(2, 34, 1), &json!({"views": "24"})).views, 24);
    let body = json!({"rating": {"positive": "6", "negative": null}});
    let changed = read(&rating(), &body);
    assert_eq!((changed.rating.positive, changed.rating.negative), (6, 0));
}

#[test]
fn a_structure_in_every_representation() {
    for empty in [json!([]), json!({})] {
        assert!(read_structure(&empty).is_empty());
        let sections = read_structure(&json!([{"id": "26", "categories": empty}]));
        assert!(sections[0].id == SectionId(26) && sections[0].categories.is_empty());
    }
    // The articles of the first category, as the samples print them and as public clients read them.
    let [one, two] = [json!({"id": "1", "views": "23"}), json!({"id": 2, "title": null})];
    let with = |articles: Value| {
        let categories = json!([{"id": "34", "public": "0", "articles": articles}]);
        read_structure(&json!({"1": {"id": 26, "categories": categories}})).remove(0).categories[0]
            .clone()
    };
    for articles in [json!([one, two]), json!({"0": one, "1": two}), json!({"7": one, "9": two})] {
        let category = with(articles);
        assert!(category.id == CategoryId(34) && category.public == Some(false));
        let articles = category.articles.iter().map(|of| (of.id.0, of.views, &*of.title));
        assert_eq!(articles.collect::<Vec<_>>(), [(1, 23, ""), (2, 0, "")]);
    }
    for empty in [json!([]), json!({}), json!(null), json!("")] {
        assert!(with(empty).articles.is_empty());
    }
    let image = |value: Value| read_structure(&json!([{"id": 26, "image": value}])).remove(0).image;
    assert_eq!(image(json!("https://a.example/b.png")).as_deref(), Some("https://a.example/b.png"));
    for none in [json!(null), json!(""), json!(false)] {
        assert_eq!(image(none), None);
    }
}

#[test]
fn an_article_in_every_representation() {
    let bare = read(&GetArticle::new(2, 34), &json!({"id": "34"}));
    assert_eq!((bare.id.0, &*bare.text, bare.views, bare.rating), (34, "", 0, None));
    assert!(bare.public.is_none() && bare.is_rating.is_none() && bare.created_at.is_none());

    for category in [json!(34), json!("34"), json!(34.0)] {
        assert_eq!(article_with("category_id", &category).category_id, Some(CategoryId(34)));
    }
    for empty in [json!(null), json!("0"), json!(""), json!([])] {
        assert_eq!(article_with("category_id", &empty).category_id, None);
        assert_eq!(article_with("collection_id", &empty).section_id, None);
    }
    for (flag, meant) in [(json!("1"), true), (json!(true), true), (json!("0"), false)] {
        assert_eq!(article_with("public", &flag).public, Some(meant));
        assert_eq!(article_with("is_rating", &flag).is_rating, Some(meant));
    }
    let zero = json!({"positive": null});
    let rating = article_with("rating", &zero).rating.expect("there");
    assert_eq!((rating.positive, rating.negative), (0, 0));
    for none in [json!(null), json!([]), json!({}), json!(0), json!("")] {
        assert_eq!(article_with("rating", &none).rating, None);
    }
    let found = "How to get a <b>refund</b>";
    assert_eq!(article_with("text", &json!(found)).text, found);
    assert_eq!(article_with("created_at", &json!("0000-00-00 00:00:00")).created_at, None);
}

#[test]
fn a_list_in_every_representation() {
    let list = read_list(&json!({"page": "2", "last-page": "2", "total-count": "21", "articles": {
        "20": {"id": "34"},
    }}));
    assert_eq!((list.page, list.last_page, list.total_count), (Some(2), Some(2), 21));
    assert_eq!(list.articles.len(), 1);
    for empty in [json!([]), json!({})] {
        let list = read_list(&json!({"last-page": 0, "total-count": null, "articles": empty}));
        assert_eq!((list.last_page, list.total_count, list.articles.len()), (None, 0, 0));
    }
}

#[test]
fn responses_of_another_shape_are_errors() {
    for (body, kind) in [
        (r#"{"error": "no", "code": 112}"#, ErrorKind::Rejected),
        ("[1]", ErrorKind::Decode),
        (r#"{"page": 1}"#, ErrorKind::Decode),
        ("", ErrorKind::Decode),
    ] {
        let found = response(200, body);
        let errors = [
            judge(&ListArticles::new(2), Ok(found.clone())).expect_err(body),
            judge(&GetArticle::new(2, 34), Ok(found.clone())).expect_err(body),
            judge(&AddViews::new(2, 34, 1), Ok(found.clone())).expect_err(body),
            judge(&rating(), Ok(found)).expect_err(body),
        ];
        for error in errors {
            assert_eq!(error.kind(), kind, "{body}");
        }
    }
}

#[test]
fn any_response_decodes_or_is_an_error() {
    reads_anything::<GetStructure>(&structure());
    reads_anything::<ListArticles>(&articles());
    reads_anything::<GetArticle>(&article());
    reads_anything::<AddViews>(&json!({"res": 1, "views": 24}));
    reads_anything::<ChangeRating>(&json!({"rating": {"positive": 6, "negative": 1}}));
}
