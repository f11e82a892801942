"""Exact numbers as people write them: `{{ metric.worth|plain }}`."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def plain(number: Decimal | int) -> str:
    """`0.1` for 0.1000, `40` for 40.0000: without the zeros that only the database needs."""
    return format(Decimal(number).normalize(), "f")
