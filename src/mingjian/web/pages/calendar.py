"""工作日历：each year's working days as announced, and the last day of a time limit."""

import calendar as months
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mingjian.standards import Calendar, load_calendar

FIRST_YEAR, LAST_YEAR = 2000, 2030
DAYS_ALLOWED = 3650


class LimitForm(forms.Form):
    """From which day, how many days of which kind."""

    start = forms.DateField(label="起算日", widget=forms.DateInput(attrs={"type": "date"}))
    days = forms.IntegerField(label="期限", min_value=1, max_value=DAYS_ALLOWED)
    kind = forms.ChoiceField(
        label="按", choices=[("days", "自然日"), ("working_days", "工作日")], initial="days"
    )


def calendar_page(request: HttpRequest) -> HttpResponse:
    calendar = load_calendar()
    today = timezone.localdate()
    form = LimitForm(request.GET if "start" in request.GET else None)
    limit = _limit(calendar, form.cleaned_data) if form.is_valid() else None
    year = _year(request.GET.get("year"), limit["due"].year if limit else today.year)
    context = {
        "year": year,
        "years": range(max(FIRST_YEAR, year - 3), min(LAST_YEAR, year + 3) + 1),
        "is_announced": year in calendar.announced_years,
        "announced": calendar.announced_years,
        "months": [_month(calendar, year, month, today) for month in range(1, 13)],
        "form": form,
        "limit": limit,
    }
    return render(request, "web/standards/calendar.html", context)


def _year(text: str | None, otherwise: int) -> int:
    """The year asked for, if the calendar has it."""
    if text and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    return otherwise


def _month(calendar: Calendar, year: int, month: int, today: date) -> dict[str, Any]:
    weeks = [
        [_day(calendar, day, month, today) for day in week]
        for week in months.Calendar().monthdatescalendar(year, month)
    ]
    workdays = sum(1 for week in weeks for day in week if day and day["is_workday"])
    return {"month": month, "weeks": weeks, "workdays": workdays}


def _day(calendar: Calendar, day: date, month: int, today: date) -> dict[str, Any] | None:
    if day.month != month:
        return None
    is_workday, name = calendar.is_workday(day), calendar.holiday_name(day)
    # A weekday off and a weekend worked are what people look for.
    mark = ""
    if name:
        mark = "班" if is_workday else "休"
    return {
        "number": day.day,
        "is_workday": is_workday,
        "mark": mark,
        "name": name or "",
        "is_today": day == today,
    }


def _limit(calendar: Calendar, asked: dict[str, Any]) -> dict[str, Any]:
    """The last day of the limit and how it was reached."""
    start, days = asked["start"], asked["days"]
    if asked["kind"] == "working_days":
        due = calendar.add_working_days(start, days)
        moved_from = None
    else:
        due = calendar.add_days(start, days)
        plain = date.fromordinal(start.toordinal() + days)
        moved_from = plain if plain != due else None
    unknown = sorted({start.year, due.year} - set(calendar.announced_years))
    return {"due": due, "moved_from": moved_from, "unannounced": unknown, **asked}
