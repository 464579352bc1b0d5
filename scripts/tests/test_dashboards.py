# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_files_are_as_the_program_writes_them():
    result = subprocess.run(
        [ROOT / "scripts" / "dashboards", "--check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr


def test_figures_lie_in_their_sheet_and_beside_each_other():
    for path in ROOT.glob("sales_process_mgmt_dashboard*/data/files/*.json"):
        sheet = json.loads(path.read_text(encoding="utf-8"))["sheets"][0]
        width = sum(column["size"] for column in sheet["cols"].values())
        boxes = []
        for figure in sheet["figures"]:
            left, top = figure["offset"]["x"], figure["row"]
            right = left + figure["width"]
            bottom = top + figure["height"] / 23
            assert right <= width and bottom <= sheet["rowNumber"], path
            for box in boxes:
                is_apart = (
                    right <= box[0]
                    or box[2] <= left
                    or bottom <= box[1]
                    or box[3] <= top
                )
                assert is_apart, (path.name, figure["id"])
            boxes.append((left, top, right, bottom))
