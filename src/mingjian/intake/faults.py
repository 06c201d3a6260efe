"""What can be wrong with a whole file, said so that the sender knows what to do."""


class UnreadableFile(ValueError):
    """A file that cannot be taken at all; the message is Chinese and says what to do."""
