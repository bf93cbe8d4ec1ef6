"""QR codes as drawings: one path, black on white whatever the theme, because that is what cameras read."""

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

_QUIET = 4  # modules of empty border, as ISO/IEC 18004 asks for


def code_svg(text: str) -> str:
    """Return the code of a text as SVG.

    >>> code_svg("https://example.org/q/x/").startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    True
    """
    code = QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    size = len(rows)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{8 * size}" height="{8 * size}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )
