//! Records a call once, and replays it without a server: `cargo run --example async_recording`.
//!
//! A recording is a JSON file for your tests. It has neither the token nor the values of members
//! such as names, e-mail addresses, phones and passwords; message text is not anonymized.
//!
//! Without a token in the environment it uses a sandbox. With `USEDESK_API_TOKEN`, and
//! `USEDESK_BASE_URL` if the desk is not in the international cloud, it records the client with this
//! id of the real service: `-- 901`.

#![expect(clippy::print_stdout, reason = "a command-line program")]

use std::env;
use std::error::Error;
use std::fs;

use usedesk_async::Usedesk;
use usedesk_async::clients::GetClient;
use usedesk_async::testing::{Recording, RecordingTransport, ReplayTransport};
use usedesk_sandbox::ScriptedResponse;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let id: u64 = env::args().nth(1).map_or(Ok(901), |id| id.parse())?;
    let path = env::temp_dir().join(format!("usedesk-recording-{}.json", std::process::id()));

    let (builder, sandbox) = examples::async_builder()?;
    let recording = Recording::new();
    let shared = recording.clone();
    let usedesk =
        builder.wrap_transport(|transport| RecordingTransport::new(transport, shared)).build()?;
    if let Some(sandbox) = &sandbox {
        // A retry is recorded, too.
        sandbox.script(ScriptedResponse::status(503));
    }
    let recorded = usedesk.send(GetClient::new(id)).await?;
    fs::write(&path, recording.to_string())?;
    let text = fs::read_to_string(&path)?;
    println!("{}:\n{text}", path.display());
    fs::remove_file(&path)?;
    if let Some(sandbox) = sandbox {
        assert!(!text.contains(sandbox.token()), "the token is in the recording");
        assert!(!text.contains(&recorded.name), "the name is in the recording");
    }

    // The sandbox is stopped, and the token is another one.
    let recording: Recording = text.parse()?;
    let replay = Usedesk::with_transport("another-token", ReplayTransport::strict(&recording))?;
    let client = replay.send(GetClient::new(id)).await?;
    assert_eq!((client.id, &*client.name), (recorded.id, "anonymous"));
    println!("Replayed: client {}, whose name is {:?}", client.id, client.name);
    let Err(error) = replay.send(GetClient::new(id)).await else {
        return Err("nothing is left".into());
    };
    println!("After the last exchange: {error}");
    Ok(())
}
