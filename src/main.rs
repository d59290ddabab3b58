//! The `vow` command.

fn main() -> std::process::ExitCode {
    vow::cli::run()
}
