"""The commands, a file a noun. Each has `register(commands)`, which declares its options, and one function a command."""
