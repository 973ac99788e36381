"""Programs that the benchmarks start as processes. Each is run by its path and imports only what it needs."""
