"""Text from people outside the team, and who they are."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from tracker.models import Channel, ImportBatch, User
from tracker.models.team import TeamOwned, TeamOwnedQuerySet


class Contact(TeamOwned):
    """A person or organisation outside the team."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", "Customer"
        PROSPECT = "prospect", "Prospect"
        INFLUENCER = "influencer", "Influencer"
        COMPETITOR = "competitor", "Competitor"
        PRESS = "press", "Press"
        OTHER = "other", "Other"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OTHER)
    handle = models.CharField(max_length=200, blank=True, help_text="As the network writes it.")
    organisation = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)

    objects = TeamOwnedQuerySet["Contact"].as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="contact_has_a_name"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=("customer", "prospect", "influencer", "competitor", "press", "other")
                ),
                name="contact_kind_known",
            ),
            models.UniqueConstraint(
                "team",
                Lower("handle"),
                condition=~Q(handle=""),
                name="contact_handle_once_per_team",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Topic(TeamOwned):
    """What a conversation is about."""

    name = models.CharField(max_length=60)

    objects = TeamOwnedQuerySet["Topic"].as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint("team", Lower("name"), name="topic_name_once_per_team"),
            models.CheckConstraint(condition=~Q(name=""), name="topic_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class Conversation(TeamOwned):
    """One piece of text from someone: a comment, mention, message, review, or meeting notes."""

    class Kind(models.TextChoices):
        COMMENT = "comment", "Comment"
        MENTION = "mention", "Mention"
        MESSAGE = "message", "Message"
        REVIEW = "review", "Review"
        MEETING = "meeting", "Notes of a meeting"

    class Sentiment(models.TextChoices):
        POSITIVE = "positive", "Positive"
        NEUTRAL = "neutral", "Neutral"
        NEGATIVE = "negative", "Negative"
        UNSAID = "", "Not said"

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="conversations")
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="conversations"
    )
    kind = models.CharField(max_length=7, choices=Kind)
    text = models.TextField()
    url = models.URLField(max_length=500, blank=True)
    sentiment = models.CharField(max_length=8, choices=Sentiment, blank=True)
    came_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="conversations")
    source = models.CharField(max_length=40)
    source_key = models.CharField(max_length=200)
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="conversations"
    )

    objects = TeamOwnedQuerySet["Conversation"].as_manager()

    class Meta:
        ordering = ("-came_at", "-pk")
        indexes = (models.Index(fields=("team", "came_at"), name="conversation_team_came_at"),)
        constraints = (
            models.UniqueConstraint(
                fields=("team", "source", "source_key"), name="conversation_once_per_source"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="conversation_has_text"),
            models.CheckConstraint(
                condition=Q(kind__in=("comment", "mention", "message", "review", "meeting")),
                name="conversation_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(sentiment__in=("positive", "neutral", "negative", "")),
                name="conversation_sentiment_known",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("came_at")),
                name="conversation_answered_after_it_came",
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]
