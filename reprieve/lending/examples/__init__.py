"""Case files that come with the package. Never code."""
