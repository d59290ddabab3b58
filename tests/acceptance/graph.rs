//! The render graph of the shipped platform, as people read it.

use crate::platform::shipped;

#[test]
fn the_graph_of_the_shipped_platform() {
    insta::assert_snapshot!(shipped().engine.graph().to_text());
}
