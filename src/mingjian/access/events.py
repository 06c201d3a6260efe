"""What rooms above may want to know. Sent inside the act's transaction, with `made` (the
arrangement) and `by` (the person): a receiver that raises undoes the act.
"""

from django.dispatch import Signal

delegated = Signal()
delegation_ended = Signal()
