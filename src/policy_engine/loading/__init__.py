"""Read YAML and JSON with positions; turn files into vocabulary, documents, written rules and cases."""
