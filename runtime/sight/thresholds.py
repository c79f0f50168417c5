"""The confidences from which something is said, by the eyes' own scale: calibrated shares of right answers, 0…1."""

from __future__ import annotations

SAY_OBJECT = 0.45
"""Least presence with which an object is said at all; below it the eyes keep silent."""

PLAIN_OBJECT = 0.6
"""From here on an object is said plainly, below it with "perhaps"."""

COUNT_OBJECT = 0.5
"""Least confidence with which a further object of a kind that is there for sure is counted."""

MAYBE_OBJECT = 0.4
"""From here to `COUNT_OBJECT` it is not clear whether there is one more: then numbers turn into "several"."""

SAY_TAG = 0.4
"""Least confidence with which a tag is said that no object denies."""

PERHAPS = 0.65
"""Below this confidence a tag is said with "perhaps"."""

DENIED_TAG = 0.7
"""Least confidence of a tag whose kind of object the detector knows and does not see."""

SURE_KIND = 0.5
"""Least confidence of a tag that gives an object a finer name ("a coffee mug")."""

DIM = 0.75
"""What confidences are worth in a picture too dim or too soft to see well."""
