"""The client with async verbs, written by hand; `_sync` is generated from it."""
