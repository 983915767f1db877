//! PostgreSQL's own `pg_dump` and `pg_restore`, as child processes. The password goes to them in
//! the environment: arguments stand in the list of processes for everybody to read.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Where Debian and Ubuntu put each version's programs.
const VERSIONS: &str = "/usr/lib/postgresql";

#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    #[error(
        "{0} is not installed: it comes with PostgreSQL's client programs \
         (apt-get install postgresql-client), of the server's version or newer"
    )]
    Missing(&'static str),
    #[error("{tool} failed: {told}")]
    Failed { tool: &'static str, told: String },
    #[error("{tool}: {error}")]
    Io { tool: &'static str, error: std::io::Error },
}

/// A URL of PostgreSQL in parts, read as libpq reads it.
#[derive(Debug, Clone)]
pub struct PgUrl {
    /// Scheme and user, up to the password.
    user: String,
    /// As it stands in the URL: percent-encoded.
    password: Option<String>,
    hosts: String,
    /// Parameters other than database and password, as they stand.
    parameters: Vec<String>,
    database: Option<String>,
}

impl PgUrl {
    pub fn parse(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
        // A name and a password end at the first @, if that is before the first /.
        let (credentials, rest) = match rest.find(['@', '/']) {
            Some(end) if rest[end..].starts_with('@') => (&rest[..end], &rest[end + 1..]),
            _ => ("", rest),
        };
        let (user, password) = match credentials.split_once(':') {
            Some((user, password)) => (user, Some(password.to_owned())),
            None => (credentials, None),
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (hosts, database) = place.split_once('/').unwrap_or((place, ""));
        let mut parsed = Self {
            user: format!("{scheme}://{user}"),
            password,
            hosts: hosts.to_owned(),
            parameters: Vec::new(),
            database: Some(database.to_owned()).filter(|name| !name.is_empty()),
        };
        for parameter in query.split('&').filter(|text| !text.is_empty()) {
            match parameter.split_once('=') {
                Some(("password", value)) => parsed.password = Some(value.to_owned()),
                Some(("dbname", value)) => parsed.database = Some(value.to_owned()),
                _ => parsed.parameters.push(parameter.to_owned()),
            }
        }
        parsed
    }

    /// The same server and user, another database.
    #[must_use]
    pub fn database(&self, name: &str) -> Self {
        let name = utf8_percent_encode(name, NON_ALPHANUMERIC).to_string();
        Self { database: Some(name), ..self.clone() }
    }

    fn with_password(&self, password: Option<&str>) -> String {
        let Self { user, hosts, parameters, database, .. } = self;
        let password = password.map(|password| format!(":{password}")).unwrap_or_default();
        let at = if user.ends_with('/') && password.is_empty() { "" } else { "@" };
        let database = database.as_deref().unwrap_or_default();
        let query = if parameters.is_empty() { "" } else { "?" };
        format!("{user}{password}{at}{hosts}/{database}{query}{}", parameters.join("&"))
    }

    /// The whole URL, with its password.
    pub fn full(&self) -> String {
        self.with_password(self.password.as_deref())
    }

    /// A tool that connects there.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.arg(format!("--dbname={}", self.with_password(None)));
        if let Some(password) = &self.password {
            let password = percent_decode_str(password).decode_utf8_lossy().into_owned();
            command.env("PGPASSWORD", password);
        }
        command
    }
}

/// In PATH, else the newest that is installed beside it.
fn find(tool: &'static str) -> Result<PathBuf, ToolError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut versions: Vec<PathBuf> = std::fs::read_dir(VERSIONS)
        .map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path()).collect())
        .unwrap_or_default();
    let number = |path: &PathBuf| -> Option<u32> { path.file_name()?.to_str()?.parse().ok() };
    versions.sort_by_key(|path| std::cmp::Reverse(number(path)));
    std::env::split_paths(&path)
        .chain(versions.into_iter().map(|version| version.join("bin")))
        .map(|folder| folder.join(tool))
        .find(|program| program.is_file())
        .ok_or(ToolError::Missing(tool))
}

/// A tool at work: reads give its output, writes are its input. It ends with this value.
pub struct Running {
    tool: &'static str,
    child: Child,
    /// What it says.
    told: File,
}

fn start(tool: &'static str, mut command: Command) -> Result<Running, ToolError> {
    let failed = |error| ToolError::Io { tool, error };
    let told = tempfile::tempfile().map_err(failed)?;
    command.stderr(told.try_clone().map_err(failed)?);
    Ok(Running { tool, child: command.spawn().map_err(failed)?, told })
}

/// Dumps the database as of an exported snapshot to its standard output, uncompressed.
///
/// # Errors
/// [`ToolError::Missing`], or if it cannot be started.
pub fn dump(url: &PgUrl, snapshot: &str) -> Result<Running, ToolError> {
    let mut command = url.command(&find("pg_dump")?);
    command
        .args(["--format=custom", "--compress=0", "--no-password", "--snapshot", snapshot])
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    start("pg_dump", command)
}

/// Restores what comes on its standard input, in one transaction, as the property of `owner`.
///
/// # Errors
/// [`ToolError::Missing`], or if it cannot be started.
pub fn restore(url: &PgUrl, owner: &str) -> Result<Running, ToolError> {
    let mut command = url.command(&find("pg_restore")?);
    command
        .args(["--format=custom", "--no-owner", "--no-privileges", "--exit-on-error"])
        .args(["--single-transaction", "--no-password", "--role", owner])
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    start("pg_restore", command)
}

impl Running {
    /// Waits for its end.
    ///
    /// # Errors
    /// [`ToolError::Failed`] with what it said.
    pub fn finish(mut self) -> Result<(), ToolError> {
        let tool = self.tool;
        let failed = |error| ToolError::Io { tool, error };
        drop(self.child.stdin.take());
        if self.child.wait().map_err(failed)?.success() {
            return Ok(());
        }
        let mut told = String::new();
        self.told.rewind().map_err(failed)?;
        self.told.read_to_string(&mut told).map_err(failed)?;
        Err(ToolError::Failed { tool, told: told.trim().to_owned() })
    }
}

impl Read for Running {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.child.stdout.as_mut().map_or(Ok(0), |output| output.read(buffer))
    }
}

impl Write for Running {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.child.stdin.as_mut().map_or(Ok(0), |input| input.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Fails only where it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_read_as_libpq_reads_it() {
        for (url, full) in [
            ("postgres://u:p@h:1/d", "postgres://u:p@h:1/e"),
            (
                "postgresql://u@h1:1,h2:2/d?sslmode=require",
                "postgresql://u@h1:1,h2:2/e?sslmode=require",
            ),
            ("postgres:///d?host=/run/x&password=p%20q", "postgres://:p%20q@/e?host=/run/x"),
            ("postgres://h", "postgres://h/e"),
            ("postgres://u:a?b#c@h/d", "postgres://u:a?b#c@h/e"),
            ("postgres://h/?dbname=d", "postgres://h/e"),
        ] {
            assert_eq!(PgUrl::parse(url).database("e").full(), full, "{url}");
        }
        assert_eq!(
            PgUrl::parse("postgres://h/d").database("a/b c").full(),
            "postgres://h/a%2Fb%20c"
        );
    }

    #[test]
    fn the_password_is_in_the_environment_and_in_no_argument() {
        for url in
            ["postgres://u:ra%23hasia@h/d", "postgres://u@h/d?password=ra%23hasia&sslmode=prefer"]
        {
            let command = PgUrl::parse(url).command(Path::new("pg_dump"));
            let arguments: Vec<_> = command.get_args().map(|text| text.to_string_lossy()).collect();
            assert!(!arguments.iter().any(|text| text.contains("hasia")), "{arguments:?}");
            let password = command.get_envs().find(|(name, _)| *name == "PGPASSWORD");
            assert_eq!(password.and_then(|(_, value)| value), Some("ra#hasia".as_ref()));
        }
    }
}
