"""What a test that was played a second time said the first time: `RERUN` alone would hide it."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"played again: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)
