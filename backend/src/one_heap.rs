//! One heap for all threads.
//!
//! glibc gives nearly each thread a heap of its own, eight for each processor at most, and hardly gives back what a request
//! has taken in one of them. A check of an app of 1 MiB needs 35 MiB for a moment; in turn on several threads such checks
//! took 137 MiB for good, and with one heap 42 (`docs/decisions/0008-one-heap.md`). glibc asks for the number when a process
//! begins and at no other time, so the process begins once more.

/// What glibc asks for.
const HEAPS: (&str, &str) = ("MALLOC_ARENA_MAX", "1");

/// Begins the process once more, with one heap: the same process id, arguments and environment. Before any thread is there
/// or a file open. Where somebody has chosen a number already, or it cannot be done, the process goes on as it is.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn begin() {
    use std::os::unix::process::CommandExt as _;

    let is_chosen = [HEAPS.0, "GLIBC_TUNABLES"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    if is_chosen {
        return;
    }
    let mut arguments = std::env::args_os();
    let mut command = std::process::Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    // It comes back only if it could not be done.
    let error = command.args(arguments).env(HEAPS.0, HEAPS.1).exec();
    eprintln!(
        "slipway: {} could not be set, so more memory is used: {error}",
        HEAPS.0
    );
}

/// Other C libraries have one heap, or give back what is free.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn begin() {}
