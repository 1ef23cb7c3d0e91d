"""The client with sync verbs, generated from `_async`."""
