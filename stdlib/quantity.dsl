// Kubernetes quantities, compared and counted exactly: no fraction is ever rounded, but where it is said.

/// -1 if `a` is less than `b`, 1 if it is more, 0 if they are the same amount.
/// `500m` and `0.5` are the same, `1Gi` is more than `1G`, and `1e3` is `1k`.
fn compare(a: Quantity, b: Quantity) -> Int(-1..1) native

/// The greater of two quantities, as it is written; of two that are the same amount the first.
/// Of `512Mi` and `1Gi` it is `1Gi`.
fn max(a: Quantity, b: Quantity) -> Quantity native

/// The smaller of two quantities, as it is written; of two that are the same amount the first.
/// Of `512Mi` and `1Gi` it is `512Mi`.
fn min(a: Quantity, b: Quantity) -> Quantity native

/// The quantity in thousandths, rounded up to a whole one; refuses what does not fit in 64 bits.
/// `200m` gives 200, `1.5` gives 1500, `1u` gives 1, and `1Ki` gives 1024000.
fn milli(q: Quantity) -> Int native
