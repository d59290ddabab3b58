/// The platform of the documents that `benches/rules.rs` judges.
platform judged {
  promises "*.promise"
}
