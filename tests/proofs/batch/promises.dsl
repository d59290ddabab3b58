/// What is rendered in a batch.
platform batch { promises "*.promise" }
