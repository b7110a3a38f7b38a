"""Import and export of many rows as real processes: ``python -m tests.bench.bulk [ROWS]`` prints JSON.

One file of ROWS messages (default 1,000,000) of a fifth as many people, and its first tenth; rows per second, CPU and
the most memory each process ever had. OMNI_BENCH_DATABASE_URL names an empty PostgreSQL database instead of SQLite.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.support.server import SIGNING_KEY

RULES = "version: 1\nsite: {locale: vi, country: VN, timezone: Asia/Ho_Chi_Minh, currency: VND}\n"
MAPPING = """\
read: {numbers: 1.250.000, dates: "dd/mm/yyyy hh:mm"}
type: track
event: Order Completed
group_by: {column: Đơn}
timestamp: {column: Ngày}
phone: {column: SĐT}
properties: {order_id: {column: Đơn}, total: {column: Tổng, as: number}}
products: {product_id: {column: Hàng}, quantity: {column: SL, as: number}}
"""


def message(number: int, people: int, dice: random.Random) -> dict[str, Any]:
    """Return a view, or every fourth time an order, of anybody."""
    product = {"product_id": f"P{number % 60}", "category": "đồ golf", "price": 300_000}
    viewed = number % 4
    return {
        "type": "track", "event": "Product Viewed" if viewed else "Order Completed", "userId": f"u{dice.randrange(people)}",
        "messageId": f"m{number}", "timestamp": f"2026-{1 + number % 9:02}-{1 + number % 28:02}T08:{number % 60:02}:00+07:00",
        "properties": product if viewed else {"order_id": f"o{number}", "total": 300_000, "products": [{**product, "quantity": 1}]},
    }  # fmt: skip


def write_messages(path: Path, rows: int) -> None:
    dice = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            file.write(json.dumps(message(number, max(1, rows // 5), dice), ensure_ascii=False) + "\n")


def write_orders(path: Path, rows: int) -> None:
    """Write orders of two rows each."""
    with path.open("w", encoding="utf-8-sig") as file:
        file.write("Đơn,Ngày,SĐT,Tổng,Hàng,SL\n")
        for number in range(rows // 2):
            day = f"{1 + number % 28:02}/{1 + number % 9:02}/2026 09:{number % 60:02}"
            file.write(
                f"D{number},{day},09{number % 50_000:08},1.250.000,P{number % 60},1\nD{number},,,,P{number % 7},2\n"
            )


def run(folder: Path, *arguments: str) -> dict[str, Any]:
    """Run `omnisdk ARGUMENTS` and return what it took."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("OMNI_")}
    mine |= {"OMNI_SIGNING_KEY": SIGNING_KEY, "OMNI_DATABASE_URL": os.environ.get("OMNI_BENCH_DATABASE_URL", "")}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "server_example", *arguments], cwd=folder, env=mine,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise RuntimeError(f"omnisdk {' '.join(arguments)} ended with {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return {"seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1), "most_memory_mb": round(usage.ru_maxrss / 1024)}


def measured(rows: int, folder: Path, *arguments: str) -> dict[str, Any]:
    took = run(folder, *arguments)
    return {"rows": rows, "rows_per_second": round(rows / took["seconds"]), **took}


def main(rows: int) -> None:
    tenth = max(1, rows // 10)
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "omni.yaml").write_text(RULES, encoding="utf-8")
        (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
        write_messages(folder / "all.jsonl", rows)
        write_messages(folder / "tenth.jsonl", tenth)
        write_orders(folder / "orders.csv", tenth)
        told["import, a tenth"] = measured(tenth, folder, "import", "tenth.jsonl")
        told["import of the same again"] = measured(tenth, folder, "import", "tenth.jsonl")
        told["dry run"] = measured(tenth, folder, "import", "--dry-run", "tenth.jsonl")
        told["import of CSV orders, two rows each"] = measured(
            tenth, folder, "import", "--mapping", "map.yaml", "orders.csv"
        )
        told["import"] = measured(rows, folder, "import", "all.jsonl")
        for form in ("jsonl", "csv", "parquet"):
            told[f"export of events, {form}"] = measured(rows, folder, "export", "events", "--output", f"e.{form}")
        told["export of profiles, jsonl"] = run(folder, "export", "profiles", "--output", "p.jsonl")
    print(json.dumps(told, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
