"""The schema of the lake: seven tables, their columns, and a version that grows when one of them changes."""

from collections.abc import Mapping
from types import MappingProxyType

from klankbord.lake.schema.columns import Column, TableSchema, Type
from klankbord.lake.schema.contacts import CONTACTS
from klankbord.lake.schema.context import EVENTS, INDICATORS, OUTCOMES, PULSES, QUEUE_INTERVALS
from klankbord.lake.schema.responses import RESPONSES

VERSION = 1

TABLES: Mapping[str, TableSchema] = MappingProxyType(
    {table.name: table for table in (CONTACTS, RESPONSES, OUTCOMES, PULSES, EVENTS, QUEUE_INTERVALS, INDICATORS)}
)

__all__ = ["TABLES", "VERSION", "Column", "TableSchema", "Type"]
