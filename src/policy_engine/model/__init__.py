"""The words of the domain: vocabulary, documents, authority, areas, rules, cases, decisions."""
