"""Long statistical proofs of the model, run by `make proofs`; their results are committed beside a hash of sources."""
