"""What the OpenAPI document can't read off the code by itself."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, PolymorphicProxySerializer
from rest_framework.serializers import Serializer

from tracker.api.bulk import TallySerializer
from tracker.api.errors import RefusalSerializer

Direction = Literal["request", "response"]
NO = "Refused, and why."


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its __init_subclass__ has no types
    target_class = "tracker.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made with `manage.py token EMAIL --name NAME`.",
        }


class TeamSchema(AutoSchema):
    """Names operations by their noun, and tells the one shape of every refusal."""

    def get_tags(self) -> list[str]:
        nouns: list[str] = self._tokenize_path()
        return nouns[1:2] or nouns[:1] or ["root"]

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        refusal = self.resolve_serializer(RefusalSerializer, "response")
        bodies["4XX"] = {
            "description": NO,
            "content": {"application/json": {"schema": refusal.ref}},
        }
        return bodies


def one_or_many(serializer: type[Serializer[Any]]) -> dict[str, Any]:
    """What `extend_schema` needs for a POST that takes one object or a list; see bulk.Recorder."""
    noun = serializer.__name__.removesuffix("Serializer")
    return {
        "request": PolymorphicProxySerializer(
            component_name=f"{noun}OrList",
            serializers=[serializer, serializer(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        "responses": {
            201: OpenApiResponse(serializer, "It is new."),
            200: OpenApiResponse(
                PolymorphicProxySerializer(
                    component_name=f"{noun}OrTally",
                    serializers=[serializer, TallySerializer],
                    resource_type_field_name=None,
                    many=False,
                ),
                "One object: it was there just so. A list: what became of its rows.",
            ),
        },
    }
