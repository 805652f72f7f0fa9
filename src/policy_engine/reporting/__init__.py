"""Write decisions for officials, auditors and developers, as text, Markdown or JSON."""
