"""A gate before a server on this machine: shut, whoever is connected is cut off and nobody gets through."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_BACKLOG, _PIECE = 64, 65_536


class Gate:
    """Passes on what is sent to a port, until it is shut."""

    def __init__(self, port: int) -> None:
        self._behind, self._is_open, self._through = port, True, set[socket.socket]()
        self._front = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        self.port = int(self._front.getsockname()[1])
        threading.Thread(target=self._admit, daemon=True).start()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Let nobody through while this is entered."""
        self._is_open = False
        for end in tuple(self._through):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        try:
            yield
        finally:
            self._is_open = True

    def close(self) -> None:
        """Admit nobody any more."""
        self._front.close()

    def _admit(self) -> None:
        with suppress(OSError):
            while True:
                guest, _ = self._front.accept()
                if not self._is_open:
                    guest.close()
                    continue
                host = socket.create_connection(("127.0.0.1", self._behind))
                for ends in ((guest, host), (host, guest)):
                    self._through.add(ends[0])
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._through.discard(source)
        source.close()
