"""Every change in this room: assessments (`appraising`), needs, sessions and exams of training."""

from mingjian.appraisal.acts import appraising, exams, needs, sessions

__all__ = ["appraising", "exams", "needs", "sessions"]
