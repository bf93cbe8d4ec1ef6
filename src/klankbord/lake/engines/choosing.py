"""An engine by its name: this machine, or the address of a cluster."""

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from klankbord.errors import KlankbordError, MissingExtraError, OptionError
from klankbord.lake.engines.cluster import ClusterEngine
from klankbord.lake.engines.counting import Engine
from klankbord.lake.engines.local import LocalEngine

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PORTS = {"spark": 7077, "sc": 15002}
_PATIENCE = 5.0  # seconds; a session alone would knock for many minutes


def engine_named(name: str, *, folder: str | None = None) -> Engine:
    """Return an engine.

    Parameters
    ----------
    name : str
        `local`; `spark://host:port`, master of a Spark cluster; `sc://host:port`, server of Spark Connect or Sail.
    folder : str, optional
        Where the cluster sees the lake, if elsewhere than here.

    Raises
    ------
    OptionError
        When there is no such kind of engine.
    MissingExtraError
        When PySpark is not installed.
    KlankbordError
        When nobody answers at the address, or no session can be had there.

    Examples
    --------
    >>> engine_named("local").name
    'local'
    """
    if name == "local":
        return LocalEngine()
    address = name.partition(";")[0]  # a token may follow, and belongs in no message
    if not address.startswith(tuple(f"{kind}://" for kind in _PORTS)):
        hint = "engines: local, spark://host:7077, sc://host:15002"
        raise OptionError(f"there is no engine {address!r}", hint=hint, engine=address)
    return ClusterEngine(_session(name, address), folder=folder)


def _session(name: str, address: str) -> "SparkSession":
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415 - loads in half a second, and only clusters need it
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("a cluster needs PySpark", hint='pip install "klankbord[cluster]"') from None
    _knock(address)
    builder = SparkSession.builder.appName("klankbord")
    try:
        if name.startswith("sc://"):
            return builder.remote(name).create()
        quiet = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
        session = quiet.master(name).getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        told = str(error).partition("\n")[0]
        hint = "a Spark cluster needs PySpark of its own version, Java, and a process that has no other session"
        raise KlankbordError(f"no session at {address}: {told}", hint=hint, engine=address) from error
    # Classic Spark has one session a process, and gives the one that is there whatever was asked for.
    if (other := session.sparkContext.master) != name:
        hint = "ask both in processes of their own"
        raise KlankbordError(f"this process has a session at {other}, not at {address}", hint=hint, engine=address)
    return session


def _knock(address: str) -> None:
    """Make sure that somebody is there."""
    kind, _, places = address.partition("://")
    # Spark lists the masters of one cluster with commas between, of which one is awake.
    for place in (urlsplit(f"//{place}") for place in places.split(",")):
        try:
            socket.create_connection((place.hostname, place.port or _PORTS[kind]), _PATIENCE).close()
        except (OSError, ValueError):
            continue
        return
    raise KlankbordError(f"nobody answers at {address}", hint="start it, or correct host and port", engine=address)
