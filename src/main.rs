//! The `sentra` program.

fn main() -> std::process::ExitCode {
    sentra::cli::run()
}
