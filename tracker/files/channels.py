"""Which of the team's channels a row belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.files import CannotImportError, Choices
from tracker.models import Channel, Team


class UnknownChannelError(Exception):
    """A row names no channel that the team has; the line says how to help."""


class ChannelChooser:
    """
    Finds channels by what a file calls them, without asking the database for every row.

    First by what the person mapped, then by the channel's own name whatever its case, then the
    channel that the person named for the rest.
    """

    def __init__(self, *, team: Team, choices: Choices) -> None:
        self.team = team
        self._channels = {
            channel.name.casefold(): channel for channel in Channel.objects.of_team(team)
        }
        self._mapped = {
            label.strip().casefold(): self.named(name) for label, name in choices.mapping.items()
        }
        self._rest = self.named(choices.channel) if choices.channel else None

    def named(self, name: str) -> Channel:
        """The team's channel of that name; CannotImportError names those that it has."""
        channel = self._channels.get(name.strip().casefold())
        if channel is None:
            names = ", ".join(sorted(channel.name for channel in self._channels.values()))
            raise CannotImportError(
                f"{self.team.slug} has no channel {name!r}; it has {names or 'none yet'}"
            )
        return channel

    def choose(self, labels: Iterable[str], *, noun: str) -> tuple[int, str]:
        """
        The id of the channel for `labels`, the most telling first, and how it was found.

        The second is a word for the keys of rows that tell nothing better: the channel's id if
        it was found by its name, which may change; the file's label if by a choice, so that
        the same file imported with another choice is told apart from a new one.
        """
        told = [label.strip() for label in labels if label.strip()]
        for label in told:
            if (channel := self._mapped.get(label.casefold())) is not None:
                return channel.pk, f"={label.casefold()}"
        for label in told:
            if (channel := self._channels.get(label.casefold())) is not None:
                return channel.pk, str(channel.pk)
        if self._rest is not None:
            return self._rest.pk, f"={told[0].casefold()}" if told else "="
        if not told:
            raise UnknownChannelError(f"it names no {noun}; add --channel")
        raise UnknownChannelError(
            f"{noun} {told[0]!r} is no channel of {self.team.slug}; "
            f'add --map "{told[0]}=CHANNEL" or --channel'
        )

    def the_one(self, kind: str) -> tuple[Channel, str]:
        """
        The one channel for a file that names none, and a note where nobody chose it.

        That is the one the person named, or else the team's only channel of this kind.
        """
        if self._rest is not None:
            return self._rest, ""
        label = Channel.Kind(kind).label
        of_kind = [channel for channel in self._channels.values() if channel.kind == kind]
        if len(of_kind) == 1:
            name = of_kind[0].name
            return of_kind[0], f"It goes to {name}, {self.team.slug}'s only channel on {label}."
        if not of_kind:
            raise CannotImportError(
                f"{self.team.slug} has no channel on {label}: say --channel, or make one first"
            )
        names = ", ".join(sorted(channel.name for channel in of_kind))
        raise CannotImportError(
            f"{self.team.slug} has {len(of_kind)} channels on {label} ({names}): say --channel"
        )
