//! What the rules cost for each document, with CEL and Rego beside them, which ask three questions: no Secret, a
//! namespace, a label.
//!
//! How to run and what it says: `benches/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod inputs;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group};
use inputs::judged::{Cel, Judged, Rego};
use inputs::rounds::best;
use vow::rules::gate;

fn rules(c: &mut Criterion) {
    let judged = Judged::new();
    let mut group = c.benchmark_group("rules");
    for case in &judged.cases {
        group.bench_function(&case.name, |b| {
            let flow = || vec![case.flow.clone()];
            b.iter_batched(flow, |flows| gate(&judged.engine, flows), BatchSize::SmallInput);
        });
        let cel = Cel::new(&case.json);
        group.bench_function(format!("{}/cel", case.name), |b| b.iter(|| black_box(&cel).passes()));
        let mut rego = Rego::new(&case.json);
        group.bench_function(format!("{}/rego", case.name), |b| b.iter(|| black_box(&mut rego).passes()));
    }
    group.finish();
}

/// The cost of each side, and how many times as long the others take.
fn summary() {
    let judged = Judged::new();
    for case in &judged.cases {
        let (cel, mut rego) = (Cel::new(&case.json), Rego::new(&case.json));
        let mut ours = || drop(black_box(gate(&judged.engine, vec![case.flow.clone()])));
        // The gate takes the flow, so each turn makes a copy; what that costs is taken off.
        let mut copy = || drop(black_box(vec![case.flow.clone()]));
        let mut cel = || assert!(black_box(&cel).passes());
        let mut rego = || assert!(black_box(&mut rego).passes());
        let [ours, copy, cel, rego] = best([&mut ours, &mut copy, &mut cel, &mut rego]);
        let ours = ours - copy;
        println!(
            "  {:18} {:5} bytes  {:7.2} µs   cel {:7.2} µs, {:5.1} x   rego {:7.2} µs, {:5.1} x",
            case.name,
            case.bytes,
            ours * 1e6,
            cel * 1e6,
            cel / ours,
            rego * 1e6,
            rego / ours
        );
    }
}

criterion_group!(benches, rules);

fn main() {
    inputs::rounds::run(benches, summary);
}
