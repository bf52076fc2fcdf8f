//! Breaks every rule of clippy.toml, beside this file, once: `cargo xtask purity` fails unless each
//! is reported. Never run.

#![expect(
    deprecated,
    clippy::dbg_macro,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "these are the rules that must be broken"
)]

fn main() {
    types();
    methods();
    macros();
    #[cfg(unix)]
    unix();
}

fn types() {
    let _: Option<std::fs::DirBuilder> = None;
    let _: Option<std::fs::DirEntry> = None;
    let _: Option<std::fs::File> = None;
    let _: Option<std::fs::OpenOptions> = None;
    let _: Option<std::fs::ReadDir> = None;
    let _: Option<std::net::TcpListener> = None;
    let _: Option<std::net::TcpStream> = None;
    let _: Option<
        &dyn std::net::ToSocketAddrs<Iter = std::option::IntoIter<std::net::SocketAddr>>,
    > = None;
    let _: Option<std::net::UdpSocket> = None;
    let _: Option<std::process::Child> = None;
    let _: Option<std::process::ChildStderr> = None;
    let _: Option<std::process::ChildStdin> = None;
    let _: Option<std::process::ChildStdout> = None;
    let _: Option<std::process::Command> = None;
    let _: Option<std::process::Stdio> = None;
    let _: Option<std::io::PipeReader> = None;
    let _: Option<std::io::PipeWriter> = None;
    let _: Option<std::io::Stderr> = None;
    let _: Option<std::io::Stdin> = None;
    let _: Option<std::io::Stdout> = None;
    let _: Option<std::sync::Barrier> = None;
    let _: Option<std::sync::Condvar> = None;
    let _: Option<std::sync::mpsc::Receiver<()>> = None;
    let _: Option<std::sync::mpsc::SyncSender<()>> = None;
    let _: Option<std::thread::Builder> = None;
    let _: Option<std::thread::JoinHandle<()>> = None;
    let _: Option<std::thread::Scope<'_, '_>> = None;
    let _: Option<std::thread::ScopedJoinHandle<'_, ()>> = None;
    let _: Option<std::thread::Thread> = None;
}

fn methods() {
    let _ = std::time::Instant::now;
    let _ = std::time::Instant::elapsed;
    let _ = std::time::SystemTime::now;
    let _ = std::time::SystemTime::elapsed;
    let _ = jiff::Timestamp::now;
    let _ = jiff::ZonedDateTime::now;
    let _ = jiff::tz::TimeZone::system;
    let _ = jiff::tz::TimeZone::try_system;
    let _ = jiff::tz::db;
    let _ = std::sync::mpsc::channel::<()>;
    let _ = std::sync::mpsc::sync_channel::<()>;
    let _ = std::sync::mpsc::Receiver::<()>::iter;
    let _ = std::sync::mpsc::Receiver::<()>::recv;
    let _ = std::sync::mpsc::Receiver::<()>::recv_timeout;
    let _ = std::sync::mpsc::SyncSender::<()>::send;
    let _ = std::thread::available_parallelism;
    let _ = std::thread::current;
    let _ = std::thread::park;
    let _ = std::thread::park_timeout;
    let _ = std::thread::park_timeout_ms;
    std::thread::scope(|_| ());
    let _ = std::thread::sleep;
    let _ = std::thread::sleep_ms;
    let _ = std::thread::spawn::<fn(), ()>;
    let _ = std::thread::yield_now;
    let _ = std::env::args;
    let _ = std::env::args_os;
    let _ = std::env::current_dir;
    let _ = std::env::current_exe;
    let _ = std::env::home_dir;
    let _ = std::env::remove_var::<&str>;
    let _ = std::env::set_current_dir::<&str>;
    let _ = std::env::set_var::<&str, &str>;
    let _ = std::env::temp_dir;
    let _ = std::env::var::<&str>;
    let _ = std::env::var_os::<&str>;
    let _ = std::env::vars;
    let _ = std::env::vars_os;
    let _ = std::fs::canonicalize::<&str>;
    let _ = std::fs::copy::<&str, &str>;
    let _ = std::fs::create_dir::<&str>;
    let _ = std::fs::create_dir_all::<&str>;
    let _ = std::fs::exists::<&str>;
    let _ = std::fs::hard_link::<&str, &str>;
    let _ = std::fs::metadata::<&str>;
    let _ = std::fs::read::<&str>;
    let _ = std::fs::read_dir::<&str>;
    let _ = std::fs::read_link::<&str>;
    let _ = std::fs::read_to_string::<&str>;
    let _ = std::fs::remove_dir::<&str>;
    let _ = std::fs::remove_dir_all::<&str>;
    let _ = std::fs::remove_file::<&str>;
    let _ = std::fs::rename::<&str, &str>;
    let _ = std::fs::set_permissions::<&str>;
    let _ = std::fs::soft_link::<&str, &str>;
    let _ = std::fs::symlink_metadata::<&str>;
    let _ = std::fs::write::<&str, &str>;
    let _ = std::path::absolute::<&str>;
    let _ = std::path::Path::canonicalize;
    let _ = std::path::Path::exists;
    let _ = std::path::Path::is_dir;
    let _ = std::path::Path::is_file;
    let _ = std::path::Path::is_symlink;
    let _ = std::path::Path::metadata;
    let _ = std::path::Path::read_dir;
    let _ = std::path::Path::read_link;
    let _ = std::path::Path::symlink_metadata;
    let _ = std::path::Path::try_exists;
    let _ = std::io::pipe;
    let _ = std::io::stderr;
    let _ = std::io::stdin;
    let _ = std::io::stdout;
    let _ = std::process::abort;
    let _ = std::process::exit;
    let _ = std::process::id;
}

fn macros() {
    let _ = std::dbg!("");
    std::eprint!("");
    std::eprintln!();
    std::print!("");
    std::println!();
}

#[cfg(unix)]
fn unix() {
    let _: Option<std::os::unix::net::UnixDatagram> = None;
    let _: Option<std::os::unix::net::UnixListener> = None;
    let _: Option<std::os::unix::net::UnixStream> = None;
    let _ = std::os::unix::fs::chown::<&str>;
    let _ = std::os::unix::fs::chroot::<&str>;
    let _ = std::os::unix::fs::fchown::<std::os::fd::BorrowedFd<'_>>;
    let _ = std::os::unix::fs::lchown::<&str>;
    let _ = std::os::unix::fs::symlink::<&str, &str>;
    let _ = std::os::unix::process::parent_id;
}
