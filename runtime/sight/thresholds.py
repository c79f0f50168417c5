"""The confidences from which something is said, by the eyes' own scale: calibrated shares of right answers, 0…1."""

from __future__ import annotations

SAY_OBJECT = 0.35
"""Least presence with which an object is said at all; below it the eyes keep silent."""

PLAIN_OBJECT = 0.5
"""From here on an object is said plainly, below it with "perhaps". On 72 photos that five people described, 92 % of the
objects said plainly are right, and with tags 89 %; of those said with "perhaps", two of three."""

COUNT_OBJECT = 0.5
"""Least confidence with which a further object of a kind that is there for sure is counted. The detector rather
overlooks one than invents one: on photos of which people were asked "how many", there were two or more where it found
two in 89 %, just two in 45 %; three or more where it found three in 85 %, just three in 12 %."""

MAYBE_OBJECT = 0.3
"""From here to `COUNT_OBJECT` it is not clear whether there is one more: then numbers turn into "several"."""

SAY_TAG = 0.4
"""Least confidence with which a tag is said that no object denies."""

PERHAPS = 0.65
"""Below this confidence a tag is said with "perhaps"."""

DENIED_TAG = 0.7
"""Least confidence of a tag whose kind of object the detector knows and does not see."""

SURE_KIND = 0.5
"""Least confidence of a tag that gives an object a finer name ("a coffee mug")."""

SAY_FACE = 0.55
"""Least confidence with which a face is said; looked for only where a person may be."""

DIM = 0.9
"""What confidences are worth in a picture too dim or too soft to see well. The same photos at a fifth of their light:
nine of ten plain names are still right and half of those with "perhaps"; at 0.75 all and three quarters are, of half as
many."""
