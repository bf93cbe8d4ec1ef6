"""What a page hands to the script that speaks with passkeys."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template import Library

register = Library()


@register.filter
def as_json(value: Any) -> str:
    """Write a value as JSON, for a data attribute; the template escapes it."""
    return json.dumps(value, cls=DjangoJSONEncoder)
