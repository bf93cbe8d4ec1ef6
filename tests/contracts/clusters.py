"""Clusters of two workers on this machine, for the tests that compare engines: Sail and Spark."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

_PATIENCE = 90.0  # seconds; Spark takes 8 on an idle machine with two cores
_SAIL = {
    "SAIL_MODE": "local-cluster",
    "SAIL_CLUSTER__WORKER_INITIAL_COUNT": "2",
    "SAIL_CLUSTER__WORKER_MAX_COUNT": "2",
    "SAIL_CLUSTER__WORKER_TASK_SLOTS": "64",
    "SAIL_EXECUTION__DEFAULT_PARALLELISM": "2",
    "SAIL_RUNTIME__MEMORY_POOL__TYPE": "greedy",
    "SAIL_RUNTIME__MEMORY_POOL__GREEDY__MAX_SIZE": str(2 << 30),
    "RUST_LOG": "info,sail_execution::worker::server=debug",
}
_SPARK = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "768m",
    "spark.sql.shuffle.partitions": "2",
    "spark.connect.grpc.binding.address": "127.0.0.1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A running cluster: its address, what it writes down, and the process group that it is."""

    address: str
    log: Path
    process: "subprocess.Popen[bytes]"

    def session(self) -> Any:
        """Open a session of its own, beside any others in this process."""
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        session = SparkSession.builder.remote(self.address).create()
        try:
            session.range(1).count()
        except PySparkException as error:
            # Left open it would knock at the stopped server for ten minutes when this process ends.
            session.stop()
            pytest.fail(
                f"{self.address} takes no client of PySpark {version('pyspark')}: {error}; "
                "Sail 0.7.2 runs only beside PySpark up to 4.2: pin pyspark[connect]<4.3"
            )
        return session


@contextmanager
def sail(folder: Path) -> Iterator[Cluster]:
    """Start Sail's driver with two workers."""
    pytest.importorskip("pysail", reason="no Sail: install pysail")
    pytest.importorskip("pyspark", reason="no PySpark: install pyspark[connect]")
    command = [sys.executable, "-W", "ignore", "-m", "pysail", "spark", "server", "--ip", "127.0.0.1", "--port", "0"]
    with _running(command, _SAIL, folder / "sail.log") as (process, log):
        port = int(_awaited(process, log, r"Spark Connect server on 127\.0\.0\.1:(\d+)"))
        yield Cluster(address=f"sc://127.0.0.1:{port}", log=log, process=process)


@contextmanager
def spark(folder: Path) -> Iterator[Cluster]:
    """Start a Spark Connect server over a master and two workers, with an executor each."""
    port = free_port()
    conf = {**_SPARK, "spark.connect.grpc.binding.port": port, "spark.sql.warehouse.dir": folder / "warehouse"}
    command = [
        str(spark_home() / "bin/spark-submit"),
        *("--master", "local-cluster[2,1,1024]", "--driver-memory", "768m"),
        *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
        *(part for name, value in conf.items() for part in ("--conf", f"{name}={value}")),
        "spark-internal",
    ]
    with _running(command, spark_environment(folder), folder / "spark.log") as (process, log):
        _listening(process, log, port)
        yield Cluster(address=f"sc://127.0.0.1:{port}", log=log, process=process)


@contextmanager
def standalone_spark(folder: Path) -> Iterator[str]:
    """Start Spark's own master and two workers as a cluster's administrator does, and give the master's address."""
    port, environment = free_port(), spark_environment(folder)
    run, deploy = str(spark_home() / "bin/spark-class"), "org.apache.spark.deploy"
    master = [run, f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]
    address = f"spark://127.0.0.1:{port}"
    worker = [run, f"{deploy}.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", address]
    with _running(master, environment, folder / "master.log") as (process, log):
        _listening(process, log, port)
        with (
            _running([*worker, "--webui-port", "0"], environment, folder / "one.log") as one,
            _running([*worker, "--webui-port", "0"], environment, folder / "two.log") as two,
        ):
            for started in (one, two):
                _awaited(*started, r"(Successfully registered) with master")
            yield address


def spark_home() -> Path:
    """Return where PySpark keeps Spark, or skip where Spark cannot run."""
    pyspark = pytest.importorskip("pyspark", reason="no PySpark: install pyspark[connect]")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("no Java runtime: install default-jre-headless")
    return Path(pyspark.__file__).parent


def spark_environment(folder: Path) -> dict[str, str]:
    """Return what Spark's processes need to keep to this machine and to one folder."""
    return {
        "SPARK_HOME": str(spark_home()),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_WORKER_DIR": str(folder),
        "SPARK_DAEMON_MEMORY": "768m",
        "PYSPARK_PYTHON": sys.executable,
    }


def free_port() -> int:
    """Return a port of the loopback that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    with log.open("wb") as told:
        process = subprocess.Popen(
            command,
            env={name: value for name, value in os.environ.items() if not name.startswith("SPARK_")}
            | dict(environment),
            cwd=log.parent,
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process, log
    finally:
        # Workers and executors are in the group of the process that started them.
        for end in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, end)
                process.wait(20)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


def _awaited(process: "subprocess.Popen[bytes]", log: Path, pattern: str) -> str:
    until = time.monotonic() + _PATIENCE
    while not (found := re.search(pattern, told := log.read_text(encoding="utf-8", errors="replace"))):
        if process.poll() is not None or time.monotonic() > until:
            pytest.fail(f"{' '.join(map(str, process.args[:4]))} did not start:\n{told[-2000:]}")  # type: ignore[index]
        time.sleep(0.05)
    return found[1]


def _listening(process: "subprocess.Popen[bytes]", log: Path, port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"it did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
            time.sleep(0.1)
        else:
            return
