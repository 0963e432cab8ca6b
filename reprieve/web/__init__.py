"""The doors over HTTP. A view reads, authorises, calls and shows; it decides nothing about money."""
