"""`/api/v1/teams/{team}/what-if/`, `…/reallocation/` and `…/start/`: what other hours would bring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from engagement.api.bands import BandSerializer
from engagement.api.hours import BoundsByChannel, ChannelInUse, HoursByChannel, HoursField
from engagement.ledger import WEEKS_AHEAD
from engagement.models import Estimate
from engagement.returns.estimate import MODEL_VERSION
from engagement.standing import BeingComputedError, NothingKnownError
from engagement.whatif import next_hours, start_later, what_if
from tracker.api.base import TeamResource
from tracker.api.errors import Conflict
from tracker.api.fields import StrictSerializer

ASK = ["post", "options"]
QUARTER = 13  # weeks


class WhatIfQuestionSerializer(StrictSerializer):
    """Other hours a week than planned, from the running week on."""

    weeks = serializers.IntegerField(min_value=1, max_value=WEEKS_AHEAD, default=QUARTER)
    hours = HoursByChannel(
        help_text="Hours a week by the channel's id; channels that are not named stay as planned."
    )


class ReallocationQuestionSerializer(StrictSerializer):
    """Hours a week to spend, and between which bounds on which channel."""

    hours = HoursField(
        default=None,
        allow_null=True,
        help_text="So many more than at present; null: divide the present ones anew.",
    )
    bounds = BoundsByChannel(
        default=dict,
        help_text="By the channel's id. Without a bound a channel may get from nothing to twice "
        "its usual hours.",
    )


class StartQuestionSerializer(StrictSerializer):
    """Steady hours a week on one channel, now or later."""

    channel = ChannelInUse()
    hours = HoursField()
    delay_weeks = serializers.IntegerField(min_value=0, max_value=WEEKS_AHEAD)
    weeks = serializers.IntegerField(
        min_value=1,
        max_value=WEEKS_AHEAD,
        default=WEEKS_AHEAD,
        help_text="Over how many weeks the two are compared.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["delay_weeks"] > attrs["weeks"]:
            raise ValidationError({"delay_weeks": ["this is more than the weeks compared"]})
        return attrs


class AnswerSerializer(serializers.Serializer[Any]):
    """What is answered from a model's draws."""

    model_version = serializers.SerializerMethodField()

    def get_model_version(self, answer: object) -> str:
        return MODEL_VERSION


class BroughtSerializer(serializers.Serializer[Any]):
    """Worth that hours bring in the weeks compared; what would come anyway is in none of it."""

    plan = BandSerializer()
    change = BandSerializer()
    difference = BandSerializer(help_text="Of the change over the plan.")
    in_the_long_run = BandSerializer(help_text="The difference a week, once all of it has come.")
    bank = BandSerializer(help_text="What hours before still bring, if none follows.")


class ChannelWhatIfSerializer(serializers.Serializer[Any]):
    """The same of one channel."""

    channel = serializers.IntegerField(source="channel_id")
    planned_hours = serializers.FloatField(help_text="A week, on average.")
    hours = serializers.FloatField()
    plan = BandSerializer(source="brought.plan")
    change = BandSerializer(source="brought.change")
    difference = BandSerializer(source="brought.difference")
    in_the_long_run = BandSerializer(source="brought.in_the_long_run")
    bank = BandSerializer(source="brought.bank")
    bank_fades = serializers.DateField(
        allow_null=True,
        help_text="The week by whose end 90% of the bank has come; null: it is empty.",
    )


class WhatIfSerializer(AnswerSerializer):
    """What a change would bring, by channel and together."""

    first_week = serializers.DateField()
    weeks = serializers.IntegerField()
    together = BroughtSerializer()
    channels = ChannelWhatIfSerializer(many=True)
    unknown = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Channels of which nothing can be said: no hour was ever spent there.",
    )


class MoveSerializer(serializers.Serializer[Any]):
    """Hours a week on one channel, and what their change brings a week in the long run."""

    channel = serializers.IntegerField(source="channel_id")
    hours_before = serializers.FloatField(help_text="On average of the last 13 weeks.")
    hours = serializers.FloatField()
    next_hour = BandSerializer(help_text="The long-run return of one more, at these hours.")
    gain = BandSerializer(help_text="Negative where hours are taken away.")


class ReallocationSerializer(AnswerSerializer):
    """Where the hours bring most, and what that gains a week in the long run."""

    gain = BandSerializer()
    p_better = serializers.FloatField(help_text="Probability that the gain is above nothing.")
    channels = MoveSerializer(many=True)
    unknown = serializers.ListField(child=serializers.IntegerField())


class LaterStartSerializer(AnswerSerializer):
    """Worth that hours bring on the channel in the weeks compared."""

    first_week = serializers.DateField()
    weeks = serializers.IntegerField()
    now = BandSerializer()
    later = BandSerializer()
    lost = BandSerializer(help_text="By waiting.")


class Question(TeamResource):
    """
    A question that is asked by POST and writes nothing.

    Whoever may read may ask it, also with a token that only reads. Answered from the draws that
    are kept with the estimates: nothing is estimated on request.
    """

    queryset = Estimate.objects.none()
    writes_nothing = True
    http_method_names = ASK

    def asked(self, request: Request) -> dict[str, Any]:
        question = self.get_serializer(data=request.data)
        question.is_valid(raise_exception=True)
        answer: dict[str, Any] = question.validated_data
        return answer


@contextmanager
def answerable() -> Iterator[None]:
    """409 where what is stored can't answer yet, 400 where it never could."""
    try:
        yield
    except (BeingComputedError, NothingKnownError) as error:
        raise Conflict(str(error)) from error
    except ValueError as error:
        raise ValidationError([str(error)]) from error


class WhatIfs(Question):
    """
    What other hours would bring in the weeks to come, against the plan.

    The running week is the first of them. All amounts are worth, with 5%, 50% and 95%
    quantiles. Writes nothing: viewers and tokens that only read may ask. 409 while the
    estimates are being computed anew, and where no hour was ever spent.
    """

    serializer_class = WhatIfQuestionSerializer

    @extend_schema(responses={200: WhatIfSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = self.asked(request)
        with answerable():
            found = what_if(
                team=self.team, hours=asked["hours"], now=self.now, weeks=asked["weeks"]
            )
        return Response(WhatIfSerializer(found).data)


class Reallocations(Question):
    """
    Where the present hours, or so many more, bring most in the long run.

    Present is the average of the last 13 weeks. More hours take none away from a channel.
    Writes nothing: viewers and tokens that only read may ask. 409 while the estimates are
    being computed anew, and where no hour was ever spent.
    """

    serializer_class = ReallocationQuestionSerializer

    @extend_schema(responses={200: ReallocationSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = self.asked(request)
        bounds = {
            channel_id: (own.get("least"), own.get("most"))
            for channel_id, own in asked["bounds"].items()
        }
        with answerable():
            found = next_hours(team=self.team, now=self.now, hours=asked["hours"], bounds=bounds)
        return Response(ReallocationSerializer(found).data)


class Starts(Question):
    """
    Steady hours on a channel from now on, against the same some weeks later.

    Until the later start the plan holds. Writes nothing: viewers and tokens that only read may
    ask. 409 while the estimates are being computed anew, and where no hour was ever spent.
    """

    serializer_class = StartQuestionSerializer

    @extend_schema(responses={200: LaterStartSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = self.asked(request)
        with answerable():
            found = start_later(
                team=self.team,
                channel_id=asked["channel"].pk,
                hours=asked["hours"],
                wait=asked["delay_weeks"],
                now=self.now,
                weeks=asked["weeks"],
            )
        return Response(LaterStartSerializer(found).data)
