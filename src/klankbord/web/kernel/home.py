"""The folder of an installation: register, lakes, files that came in, and the secrets made at first start."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


class Home:
    """Where everything of one installation lies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    @property
    def register(self) -> Path:
        """The SQLite register."""
        return self.folder / "register.sqlite3"

    @property
    def lakes(self) -> Path:
        """One lake an organisation, by its id."""
        return self.folder / "lakes"

    @property
    def files(self) -> Path:
        """Files that came in and wait to be read."""
        return self.folder / "files"

    @property
    def secrets(self) -> Path:
        """Keys that nobody else may read."""
        return self.folder / "secrets"

    def make(self) -> None:
        """Make the folders that are not there, readable by the owner only."""
        for place in (self.folder, self.lakes, self.files, self.secrets):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)

    def signing_key(self) -> str:
        """Return the key that signs sessions and links; made when first asked for."""
        return self._secret("signing.key", secrets.token_urlsafe(48))

    def field_key(self) -> str:
        """Return the key that encrypts fields; made when first asked for."""
        return self._secret("fields.key", Fernet.generate_key().decode())

    def _secret(self, name: str, fresh: str) -> str:
        self.make()
        path = self.secrets / name
        draft = self.secrets / f".{name}.{os.getpid()}"
        if not path.exists():
            draft.write_text(fresh, encoding="utf-8")
            draft.chmod(0o600)
            try:
                os.link(draft, path)  # two that start at once agree on the first one's
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text(encoding="utf-8").strip()
