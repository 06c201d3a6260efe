"""A person's saved filters of the alert list."""

from django.db import transaction

from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.supervision.models import SavedFilter

FILTERS_A_PERSON = 20


def save_filter(user: User, name: str, query: str) -> SavedFilter:
    """Keep a filter under a name; the same name replaces the former one."""
    name = name.strip()
    if not name or len(name) > 30:
        raise NotPossible("请给这个筛选起一个 30 字以内的名字。")
    if len(query) > 1000:
        raise NotPossible("筛选条件太长，存不下。")
    with transaction.atomic():
        others = SavedFilter.objects.filter(user=user).exclude(name=name)
        if others.count() >= FILTERS_A_PERSON:
            raise NotPossible(f"最多存 {FILTERS_A_PERSON} 个常用筛选，请先删去不用的。")
        saved, _ = SavedFilter.objects.update_or_create(
            user=user, name=name, defaults={"query": query}
        )
    return saved


def forget_filter(user: User, filter_id: int) -> None:
    """Remove one of the person's own filters; others' are not touched."""
    SavedFilter.objects.filter(user=user, pk=filter_id).delete()
