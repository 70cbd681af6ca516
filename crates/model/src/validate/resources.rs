//! Step 2: what is reserved for a container, and the most it may use.

use super::part::Part;
use crate::app::Resources;
use crate::value::{Cpu, Memory};
use crate::{Problem, Typed, draft};

/// The requests, and what else is typed.
pub(super) fn read(typed: &draft::Resources, part: &mut Part) -> (Option<Cpu>, Option<Memory>, Resources) {
    let cpu_request = cpu(part, "cpu_request", &typed.cpu_request);
    let memory_request = memory(part, "memory_request", &typed.memory_request);
    let storage_request = memory(part, "storage_request", &typed.storage_request);
    let cpu_limit = cpu(part, "cpu_limit", &typed.cpu_limit);
    let memory_limit = memory(part, "memory_limit", &typed.memory_limit);
    let storage_limit = memory(part, "storage_limit", &typed.storage_limit);
    let over = [
        (
            "cpu_request",
            over(cpu_request.as_ref(), cpu_limit.as_ref(), Cpu::exceeds),
        ),
        (
            "memory_request",
            over(memory_request.as_ref(), memory_limit.as_ref(), Memory::exceeds),
        ),
        (
            "storage_request",
            over(storage_request.as_ref(), storage_limit.as_ref(), Memory::exceeds),
        ),
    ];
    for (leaf, _) in over.into_iter().filter(|(_, over)| *over) {
        part.error(leaf, Problem::RequestOverLimit {});
    }
    let resources = Resources {
        storage_request,
        cpu_limit,
        memory_limit,
        storage_limit,
    };
    (cpu_request, memory_request, resources)
}

fn cpu(part: &mut Part, leaf: &str, typed: &Typed) -> Option<Cpu> {
    let cpu = part.optional(leaf, typed, Cpu::parse)?;
    if let Some(suggestion) = cpu.probably_meant() {
        part.warn(leaf, Problem::CpuOverAnyNode { suggestion });
    }
    Some(cpu)
}

fn memory(part: &mut Part, leaf: &str, typed: &Typed) -> Option<Memory> {
    let memory = part.optional(leaf, typed, Memory::parse)?;
    if let Some(suggestion) = memory.probably_meant() {
        part.warn(leaf, Problem::MemoryInBytes { suggestion });
    }
    Some(memory)
}

fn over<T>(request: Option<&T>, limit: Option<&T>, exceeds: impl Fn(&T, &T) -> bool) -> bool {
    request
        .zip(limit)
        .is_some_and(|(request, limit)| exceeds(request, limit))
}
