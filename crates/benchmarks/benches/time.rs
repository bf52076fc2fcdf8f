//! How long each case takes: `cargo bench -p benchmarks`.

use std::time::Duration;

use criterion::{Criterion, criterion_main};

fn all() {
    // Short, since `cargo xtask bench` runs it again and again, so that those which are compared
    // take turns.
    let criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(20))
        .measurement_time(Duration::from_millis(100))
        .sample_size(10)
        .nresamples(1_001)
        .without_plots();
    let mut criterion = criterion.configure_from_args();
    for case in benchmarks::cases() {
        criterion.bench_function(case.name, |bencher| {
            let work = (case.prepare)();
            bencher.iter(&work);
        });
    }
    criterion.final_summary();
}

criterion_main!(all);
