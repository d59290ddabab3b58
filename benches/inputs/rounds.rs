//! Several sides measured in one run, so that their ratio can be believed on a busy machine too.

use std::time::{Duration, Instant};

use criterion::Criterion;

/// How often each side has its turn, and for how long.
pub(crate) const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(30);

/// The seconds that one call of each takes: they take turns, so that a busy machine slows all, and the best round counts.
pub(crate) fn best<const N: usize>(mut sides: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut best = [f64::INFINITY; N];
    for _ in 0..ROUNDS {
        for (side, best) in sides.iter_mut().zip(&mut best) {
            let (start, mut calls) = (Instant::now(), 0_u32);
            while calls == 0 || start.elapsed() < ROUND {
                side();
                calls += 1;
            }
            *best = best.min(start.elapsed().as_secs_f64() / f64::from(calls));
        }
    }
    best
}

/// Runs criterion's groups, and then the summary; with `--summary` that alone.
pub(crate) fn run(groups: fn(), summary: fn()) {
    let wants = |word: &str| std::env::args().any(|a| a == word);
    if !wants("--summary") {
        groups();
        Criterion::default().configure_from_args().final_summary();
    }
    if wants("--bench") && !wants("--list") && !wants("--test") {
        summary();
    }
}

/// The most memory that a process has had, in KiB, by its number or `self`; 0 if it is gone.
pub(crate) fn peak(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()).and_then(|n| n.parse().ok()).unwrap_or_default()
}
