"""Engines: what counts the rows of a lake for a plan, on this machine or on a cluster, with equal results."""

from klankbord.lake.engines.choosing import engine_named
from klankbord.lake.engines.cluster import ClusterEngine
from klankbord.lake.engines.counting import Engine
from klankbord.lake.engines.local import LocalEngine

__all__ = ["ClusterEngine", "Engine", "LocalEngine", "engine_named"]
