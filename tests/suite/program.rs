//! The real program, run as people run it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::app::{Client, TestDb};

/// `sentra` on a test's database; quiet.
pub fn sentra(test: &TestDb) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sentra"));
    command.env("DATABASE_URL", &test.url).stderr(Stdio::null()).stdout(Stdio::null());
    command
}

/// `sentra serve` on a port of its own, killed when it is dropped.
pub struct Server {
    process: Child,
    pub base: String,
}

impl Server {
    pub fn start(test: &TestDb) -> Self {
        Self::start_as(&mut sentra(test))
    }

    /// With another environment, or its log kept.
    pub fn start_with(test: &TestDb, set: impl FnOnce(&mut Command)) -> Self {
        let mut command = sentra(test);
        set(&mut command);
        Self::start_as(&mut command)
    }

    /// With an environment or an output of a test's own.
    pub fn start_as(command: &mut Command) -> Self {
        let mut process = command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut base = String::new();
        BufReader::new(process.stdout.take().expect("its output"))
            .read_line(&mut base)
            .expect("its address");
        Self { process, base: base.trim().to_owned() }
    }

    pub fn sign_in(&self, email: &str, password: &str) -> Client {
        let credentials = serde_json::json!({"email": email, "password": password});
        let session = Client::new(&self.base, None).post("/api/v1/auth/session", &credentials);
        let token = session.expect(200)["access_token"].as_str().map(str::to_owned);
        Client::new(&self.base, token)
    }

    /// SIGTERM, and waits until it is gone.
    pub fn stop(&mut self) {
        let pid = self.process.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().expect("told");
        self.process.wait().expect("gone");
    }

    /// SIGKILL: it has no time for anything.
    pub fn kill(&mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("gone");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
