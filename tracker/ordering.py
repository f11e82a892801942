"""The order in which a team lists its channels and metrics."""

from __future__ import annotations

from django.db import transaction

from tracker.models import Channel, Metric

LAST_POSITION = 32_767  # what a small integer holds in PostgreSQL


@transaction.atomic
def move(row: Channel | Metric, *, by: int) -> None:
    """Move a channel (among those that are not archived) or a metric `by` places down its list."""
    rows: list[Channel] | list[Metric]
    if isinstance(row, Channel):
        rows = list(Channel.objects.of_team(row.team).active())
    else:
        rows = list(Metric.objects.of_team(row.team))
    order = [each.pk for each in rows if each.pk != row.pk]
    place = next(number for number, each in enumerate(rows) if each.pk == row.pk)
    order.insert(min(max(place + by, 0), len(order)), row.pk)
    for each in rows:
        if each.position != order.index(each.pk):
            each.position = order.index(each.pk)
            each.save(update_fields=["position"])
