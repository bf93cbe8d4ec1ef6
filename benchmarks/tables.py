"""Files that benchmarks read: contact records as a telephone exchange exports them."""

from pathlib import Path

import duckdb

_ROWS = """
    select i as "Call ID", 'conv' || (i * 10 // 11) as "Conversation",
        strftime(begun, '%Y-%m-%d %H:%M:%S') as "Start",
        strftime(begun + to_seconds(60 + i * 7 % 900), '%Y-%m-%d %H:%M:%S') as "End",
        ['Bills', 'Technical', 'Moving', 'Retention'][1 + i % 4] as "Queue", 'Team ' || (i * 31 % 40) as "Team",
        'agent' || (i * 17 % 800) || '@centre.example' as "Agent",
        '+3120' || lpad((hash(i) % 900000)::varchar, 7, '0') as "Customer",
        ['voice', 'chat', 'email'][1 + i % 3] as "Channel",
        ['inbound', 'outbound'][1 + (i % 9 = 0)::int] as "Direction",
        i * 13 % 180 as "Wait time", i * 7 % 700 as "Talk time", i % 40 as "Hold time", i % 90 as "Wrap-up time",
        (i % 11 = 0)::int as "Transfers", ['yes', 'no'][1 + (i % 5 = 0)::int] as "Resolved",
        ['nl', 'fr'][1 + i % 2] as "Language", 'Code ' || i % 60 as "Reason",
        ['Consumer', 'Business'][1 + (i % 4 = 0)::int] as "Segment",
        case when i % 7 = 0 then (hash(i) % 11)::varchar end as "NPS"
    from (select i, timestamp '2025-01-01' + to_seconds(i * {step}) as begun from range({rows}) t(i))"""


def write_contacts(path: Path, rows: int) -> None:
    """Write contact records of a year and a half, 20 columns, a score in one of seven."""
    step = 540 * 86_400 / rows
    duckdb.execute(f"copy ({_ROWS.format(rows=rows, step=step)}) to '{path}' (header, quote '')")
