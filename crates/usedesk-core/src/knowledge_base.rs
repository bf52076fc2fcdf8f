//! Knowledge base: articles, sections and categories.

mod add_views;
mod change_rating;
mod get;
mod list;
mod structure;

pub use add_views::{AddViews, ViewsAdded};
pub use change_rating::{ChangeRating, RatingChanged};
pub use get::{Article, ArticleRating, GetArticle};
pub use list::{ArticleList, ArticleSort, ArticleType, DEFAULT_COUNT, ListArticles, MAX_COUNT};
pub use structure::{ArticleSummary, Category, GetStructure, Section};
