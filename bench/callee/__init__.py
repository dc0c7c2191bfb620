"""The callee of the benchmarks: a program of its own that answers calls and notes when each RTP packet came in, by the kernel's clock."""
