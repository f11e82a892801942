"""Where effort goes and responses come from."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from tracker.models.team import TeamOwned, TeamOwnedQuerySet


class ChannelQuerySet(TeamOwnedQuerySet["Channel"]):
    def active(self) -> Self:
        return self.filter(archived_at__isnull=True)

    def named(self, name: str) -> Self:
        """By name, whatever its case; at most one in a team."""
        return self.filter(name__iexact=name.strip())


class Channel(TeamOwned):
    """A LinkedIn page, a blog, a meetup, the phone."""

    class Kind(models.TextChoices):
        BLOG = "blog", "Blog"
        BLUESKY = "bluesky", "Bluesky"
        COMMUNITY = "community", "Community or forum"
        CONFERENCE = "conference", "Conference"
        FACEBOOK = "facebook", "Facebook"
        INSTAGRAM = "instagram", "Instagram"
        LETTER = "letter", "Letters and notes"
        LINKEDIN = "linkedin", "LinkedIn"
        MASTODON = "mastodon", "Mastodon"
        MEETUP = "meetup", "Meetup"
        NEWSLETTER = "newsletter", "Newsletter"
        PHONE = "phone", "Phone and video calls"
        PODCAST = "podcast", "Podcast"
        REDDIT = "reddit", "Reddit"
        TIKTOK = "tiktok", "TikTok"
        X = "x", "X"
        YOUTUBE = "youtube", "YouTube"
        OTHER = "other", "Other"

    class Medium(models.TextChoices):
        ONLINE = "online", "Online"
        IN_PERSON = "in_person", "In person"

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind)
    medium = models.CharField(max_length=9, choices=Medium)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in lists.")
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name")
        constraints = (
            models.UniqueConstraint("team", Lower("name"), name="channel_name_once_per_team"),
            models.CheckConstraint(condition=~Q(name=""), name="channel_has_a_name"),
            models.CheckConstraint(
                condition=Q(medium__in=("online", "in_person")), name="channel_medium_known"
            ),
        )

    def __str__(self) -> str:
        return self.name
