"""Printing what the doctor finds."""

import sys

from klankbord.web.kernel.doctor import examine

_SIGNS = {"ok": "  well ", "doubt": "  doubt", "problem": "PROBLEM"}


def print_findings() -> int:
    """Print every finding with what to do; 1 when there is a problem."""
    findings = examine()
    for finding in findings:
        sys.stdout.write(f"{_SIGNS[finding.severity]}  {finding.message}\n")
        if finding.hint and finding.severity != "ok":
            sys.stdout.write(f"         {finding.hint}\n")
    return int(any(finding.severity == "problem" for finding in findings))
