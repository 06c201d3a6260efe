"""What rooms above may want to know of a paper. Sent inside the act's transaction, with `paper`,
`by` (the person) and `today`: a receiver that raises undoes the act.
"""

from django.dispatch import Signal

served = Signal()
withdrawn = Signal()
annulled = Signal()
