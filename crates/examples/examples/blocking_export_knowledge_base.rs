//! Exports a knowledge base: `cargo run --example blocking_export_knowledge_base`.
//!
//! Every article, the private ones too, becomes an HTML file in the folder of its section and
//! category, and `index.html` links them. The HTML is not sanitized: do that before you publish it.
//! The folder is created so that no other user of the machine can read or write it.
//!
//! Without a token in the environment it exports that of a sandbox. With `USEDESK_API_TOKEN`, and
//! `USEDESK_BASE_URL` if the desk is not in the international cloud, it exports the knowledge base
//! with this id into this folder, which must not exist yet:
//!
//! ```text
//! … --example blocking_export_knowledge_base -- 12 export
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::fs::{self, DirBuilder};
#[cfg(unix)]
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use usedesk_blocking::knowledge_base::{Article, GetStructure, ListArticles, MAX_COUNT, Section};
use usedesk_blocking::{CategoryId, KnowledgeBaseId, Usedesk};

const USAGE: &str = "\
Arguments: KNOWLEDGE_BASE_ID [FOLDER]
Without USEDESK_API_TOKEN in the environment a sandbox is used, and both are optional.";

/// The knowledge base of the sandbox.
const DEMO: KnowledgeBaseId = KnowledgeBaseId(12);

/// The folder of articles whose category is not in the structure.
const ELSEWHERE: &str = "elsewhere";

/// How many characters of a title are in a file name. File systems allow 255 bytes.
const MAX_SLUG: usize = 40;

/// Links to the articles of each category.
type Links = HashMap<Option<CategoryId>, Vec<String>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (usedesk, sandbox) = examples::connect_blocking()?;
    let (knowledge_base, folder) = match *arguments {
        [] if sandbox.is_some() => (DEMO, temporary_folder()?),
        [id] => (id.parse()?, temporary_folder()?),
        [id, folder] => (id.parse()?, new_folder(folder.into())?),
        _ => return Err(USAGE.into()),
    };
    export(&usedesk, knowledge_base, &folder)
}

/// Creates a folder among the temporary files. It must be new: another user could put a link to
/// your files there under an expected name.
fn temporary_folder() -> Result<PathBuf, Box<dyn Error>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    new_folder(env::temp_dir().join(format!("usedesk-knowledge-base-{now}")))
}

/// Creates a folder that only you can access. An existing file, folder or link is an error.
fn new_folder(folder: PathBuf) -> Result<PathBuf, Box<dyn Error>> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    builder.mode(0o700);
    match builder.create(&folder) {
        Ok(()) => Ok(folder),
        Err(error) => Err(format!("cannot create the folder {}: {error}", folder.display()).into()),
    }
}

fn export(
    usedesk: &Usedesk,
    knowledge_base: KnowledgeBaseId,
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    let sections = usedesk.send(GetStructure::new(knowledge_base))?;
    let folders = folders(&sections);
    let mut links = Links::new();
    let mut count = 0;
    for article in usedesk.items(ListArticles::new(knowledge_base).count(MAX_COUNT)) {
        let article = article?;
        let category = article.category_id.filter(|id| folders.contains_key(id));
        let place = category.map_or(ELSEWHERE, |id| &folders[&id]);
        let file = format!("{place}/{}.html", name(article.id.0, &article.title));
        fs::create_dir_all(folder.join(place))?;
        fs::write(folder.join(&file), page(&article))?;
        let link = format!("<p><a href=\"{file}\">{}</a></p>", escape(&article.title));
        links.entry(category).or_default().push(link);
        count += 1;
    }
    fs::write(folder.join("index.html"), index(&sections, &links))?;
    println!("Exported {count} articles of knowledge base {knowledge_base},");
    println!("which has {} sections and {} categories.", sections.len(), folders.len());
    println!("Start with {}", folder.join("index.html").display());
    Ok(())
}

/// Returns the folder of every category, `section/category`.
fn folders(sections: &[Section]) -> HashMap<CategoryId, String> {
    let mut folders = HashMap::new();
    for section in sections {
        let outer = name(section.id.0, &section.title);
        for category in &section.categories {
            let inner = name(category.id.0, &category.title);
            folders.insert(category.id, format!("{outer}/{inner}"));
        }
    }
    folders
}

/// Returns a safe file name for any title: `301-how-to-pay`. The id makes it unique.
fn name(id: u64, title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric());
    let slug = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let slug: String = slug.chars().take(MAX_SLUG).collect();
    if slug.is_empty() { id.to_string() } else { format!("{id}-{slug}") }
}

fn page(article: &Article) -> String {
    let title = escape(&article.title);
    let text = &article.text;
    format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <h1>{title}</h1>\n{text}\n"
    )
}

/// Returns a page that links all articles, in the order of the structure.
fn index(sections: &[Section], links: &Links) -> String {
    let mut html = vec!["<!doctype html>\n<meta charset=\"utf-8\">".to_owned()];
    for section in sections {
        html.push(format!("<h1>{}</h1>", escape(&section.title)));
        for category in &section.categories {
            html.push(format!("<h2>{}</h2>", escape(&category.title)));
            html.extend(links.get(&Some(category.id)).into_iter().flatten().cloned());
        }
    }
    if let Some(others) = links.get(&None) {
        html.push("<h1>Elsewhere</h1>".to_owned());
        html.extend_from_slice(others);
    }
    html.join("\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
