//! The `sentra` program.

/// Loading and building projections allocate from several threads at once; the system's allocator
/// spends a sixth of their time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    sentra::cli::run()
}
