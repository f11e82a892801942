"""What an estimate says beyond single numbers: bands, and lists by hours and by week."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class BandSerializer(serializers.Serializer[Any]):
    """A mean with its 5%, 50% and 95% quantiles."""

    mean = serializers.FloatField()
    low = serializers.FloatField()
    median = serializers.FloatField()
    high = serializers.FloatField()


class CurvePointSerializer(serializers.Serializer[Any]):
    """What steady hours a week bring a week in the long run."""

    hours = serializers.FloatField()
    mean = serializers.FloatField(source="brought.mean")
    low = serializers.FloatField(source="brought.low")
    median = serializers.FloatField(source="brought.median")
    high = serializers.FloatField(source="brought.high")


class BankWeekSerializer(serializers.Serializer[Any]):
    """What past hours still bring in a week, if none follows."""

    week = serializers.DateField()
    mean = serializers.FloatField(source="left.mean")
    low = serializers.FloatField(source="left.low")
    median = serializers.FloatField(source="left.median")
    high = serializers.FloatField(source="left.high")


class ForecastWeekSerializer(serializers.Serializer[Any]):
    """What will be counted in a week under the plan, noise included."""

    week = serializers.DateField()
    hours = serializers.FloatField(help_text="As planned, or as lately where there is no plan.")
    mean = serializers.FloatField(source="counted.mean")
    low = serializers.FloatField(source="counted.low")
    median = serializers.FloatField(source="counted.median")
    high = serializers.FloatField(source="counted.high")
    total_mean = serializers.FloatField(
        help_text="Of all that will be counted from the first week of the forecast to this one."
    )
    total_variance = serializers.FloatField()


class PatienceRowSerializer(serializers.Serializer[Any]):
    """Weeks until a new steady effort can be told from noise; null: not within two years."""

    hours = serializers.FloatField(help_text="A week.")
    low = serializers.IntegerField(allow_null=True)
    median = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)


class PatienceSerializer(serializers.Serializer[Any]):
    """How long until an effort shows, by hours a week."""

    from_prior = serializers.BooleanField(
        help_text="No hour was spent yet: it is what is usual of the channel's kind, and no data."
    )
    rows = PatienceRowSerializer(many=True)
