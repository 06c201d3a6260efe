"""Ways out for notices: e-mail, and whatever a deployment adds; sent by the worker process.

A deployment names its channels in `NOTICE_CHANNELS` (settings): code → dotted path of a class
with `reaches` and `send`. A delivery is a row: a worker killed in the middle leaves it `sending`,
and `reap` puts it back, so that nothing is lost (at the worst it is sent twice).
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from mingjian.access.models import User
from mingjian.supervision.models import Delivery, Notice

ATTEMPTS_ALLOWED = 5
SILENCE_ALLOWED = timedelta(minutes=2)

log = logging.getLogger(__name__)


class Channel(Protocol):
    """One way out. `send` raises ChannelDown when the other side does not take it now."""

    def reaches(self, user: User) -> bool: ...

    def send(self, notice: Notice) -> None: ...


class ChannelDown(Exception):
    """The other side does not answer or refuses; tried again later."""


class EmailChannel:
    """By Django's mail, to those whose account has an address."""

    def reaches(self, user: User) -> bool:
        return bool(user.email)

    def send(self, notice: Notice) -> None:
        message = EmailMessage(
            subject=f"【明鉴】{notice.title}",
            body=f"{notice.title}\n{notice.text}\n\n请登录平台办理：{notice.path}\n",
            to=[notice.user.email],
        )
        try:
            message.send()
        except OSError as error:  # also every fault of smtplib
            raise ChannelDown(str(error)) from error


def send_out(notices: Iterable[Notice]) -> None:
    """Queue the notices for every channel that reaches their owners."""
    for code, path in settings.NOTICE_CHANNELS.items():
        channel: Channel = import_string(path)()
        for notice in notices:
            if channel.reaches(notice.user):
                delivery = Delivery.objects.create(notice=notice, channel=code)
                deliver.enqueue(delivery.pk)


@task()
def deliver(delivery_id: int) -> str:
    """Send one; repeated for one that is sent or being sent it does nothing."""
    claimed = Delivery.objects.filter(pk=delivery_id, state=Delivery.WAITING).update(
        state=Delivery.SENDING, seen_at=timezone.now()
    )
    if not claimed:
        return "已由别的进程处理"
    delivery = Delivery.objects.select_related("notice__user").get(pk=delivery_id)
    delivery.attempts += 1
    path = settings.NOTICE_CHANNELS.get(delivery.channel)
    if path is None:
        delivery.state, delivery.fault = Delivery.FAILED, "这个渠道已不再配置"
    else:
        _send(delivery, import_string(path)())
    delivery.seen_at = timezone.now()
    delivery.save()
    return delivery.state


def reap(now: datetime | None = None) -> int:
    """Queue again what a killed worker left, and what the other side did not take. How many."""
    now = now or timezone.now()
    left = Delivery.objects.filter(
        state__in=(Delivery.SENDING, Delivery.WAITING), seen_at__lt=now - SILENCE_ALLOWED
    )
    reaped = 0
    for delivery in left:
        # Conditional, so that two reapers do not queue it twice.
        same = Delivery.objects.filter(
            pk=delivery.pk, state=delivery.state, seen_at=delivery.seen_at
        )
        if same.update(state=Delivery.WAITING, seen_at=now):
            deliver.enqueue(delivery.pk)
            reaped += 1
    return reaped


def _send(delivery: Delivery, channel: Channel) -> None:
    try:
        channel.send(delivery.notice)
    except ChannelDown as error:
        log.warning("notice %s not sent by %s: %s", delivery.notice_id, delivery.channel, error)
        is_over = delivery.attempts >= ATTEMPTS_ALLOWED
        delivery.state = Delivery.FAILED if is_over else Delivery.WAITING
        delivery.fault = str(error)[:300]
    else:
        delivery.state, delivery.sent_at, delivery.fault = Delivery.SENT, timezone.now(), ""
