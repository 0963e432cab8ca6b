"""The commands, one file a noun, one function a command; see `reprieve.operations.command` for how they are called."""
