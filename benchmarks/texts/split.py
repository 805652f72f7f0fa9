"""Which labelled texts writers of terms may read, and which nobody may but in a report.

All that were once held out are burned (2026-11-28): whoever changes the reader reads them, as the README says. A file of
texts that its writer measures without showing them goes into `UNSEEN`.
"""

from __future__ import annotations

PARTS = (
    "purchases.yaml",
    "purchases-2.yaml",
    "purchases-3.yaml",
    "enterprises.yaml",
    "contracts.yaml",
    "purchases-4.yaml",
    "purchases-5.yaml",
    "purchases-6.yaml",
    "held-out.yaml",
    "held-out-2.yaml",
    "held-out-3.yaml",
    "held-out-4.yaml",
)
UNSEEN: tuple[str, ...] = ("held-out-5.yaml",)
