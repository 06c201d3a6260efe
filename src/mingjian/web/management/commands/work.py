"""The worker process: takes uploads in, and picks up those that a killed worker left."""

import threading
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from mingjian import documents
from mingjian.supervision import channels
from mingjian.web import monitor_jobs, uploads

REAP_EVERY_SECONDS = 20
# Every kind of work that the worker does, and what one that was cut short is called.
KINDS = (
    (uploads.WORK, "个中断的上传"),
    (monitor_jobs.WORK, "个中断的模型试算"),
    (documents.batches.WORK, "批中断的公文制发"),
    (channels.WORK, "条没有送出的消息"),
)


class Command(BaseCommand):
    help = "后台任务进程：处理排队的事。mingjian serve 会一并启动它。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        threading.Thread(target=self._reap_for_ever, daemon=True).start()
        call_command("db_worker", interval=1, reload=False, startup_delay=False)

    def _reap_for_ever(self) -> None:
        waiting = threading.Event()
        while True:
            for work, what in KINDS:
                if count := work.reap():
                    self.stdout.write(f"{count} {what}已重新排队或标为失败")
            connection.close()
            waiting.wait(REAP_EVERY_SECONDS)
