"""The scheduler: pure functions over plain values. Time comes in as a parameter; nothing here imports Django."""
