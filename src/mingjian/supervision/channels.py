"""Ways out for notices: e-mail, and whatever a deployment adds; sent by the worker process.

A deployment names its channels in `NOTICE_CHANNELS` (settings): code → dotted path of a class
with `reaches` and `send`. What a killed worker left, or the other side did not take, is queued
again (`access.background`), so that nothing is lost; at the worst it is sent twice.
"""

import logging
from collections.abc import Iterable
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string
from django_tasks import task

from mingjian.access.background import Work
from mingjian.access.models import User
from mingjian.supervision.models import Delivery, Notice

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
                WORK.queue(Delivery.objects.create(notice=notice, channel=code))


@task()
def deliver(delivery_id: int) -> str:
    """Send one, in the worker; for one that is sent or being sent it does nothing."""
    if not WORK.claim(delivery_id):
        return "已由别的进程处理"
    delivery = Delivery.objects.select_related("notice__user").get(pk=delivery_id)
    path = settings.NOTICE_CHANNELS.get(delivery.channel)
    if path is None:
        WORK.finish(delivery, Delivery.FAILED, message="这个渠道已不再配置")
        return Delivery.FAILED
    try:
        import_string(path)().send(delivery.notice)
    except ChannelDown as error:
        # Left as it is: the reaper tries again, and in the end says so.
        log.warning("notice %s not sent by %s: %s", delivery.notice_id, delivery.channel, error)
        WORK.say(delivery, message=str(error))
        return str(error)
    WORK.finish(delivery, Delivery.DONE, message="")
    return Delivery.DONE


WORK = Work(
    model=Delivery,
    enqueue=deliver.enqueue,
    attempts_allowed=5,
    killed="对方一直不接收，或者后台进程被中断了 5 次，没有再送。",
)
