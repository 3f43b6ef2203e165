"""Making one's own firm from the command line; it never touches the demo's data."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def danju(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DANJU_")}
    environment |= {"DANJU_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_firm_is_made_filled_backed_up_and_restored(tmp_path: Path) -> None:
    made = danju(tmp_path, "init", "--name", "青石五金", "--administrator", "林总")
    assert made.returncode == 0, made.stderr
    assert "青石五金" in made.stdout
    (tmp_path / "商品.csv").write_text(
        "编码,名称,规格,基本单位,单位换算,售价\nA1,铁钉,2寸,斤,,3.5\nA2,铁钉,3寸,斤,,3.6\n", encoding="utf-8"
    )
    first = danju(tmp_path, "import", "商品.csv")
    assert "商品：新增 2，修改 0，不变 0" in first.stdout + first.stderr
    assert danju(tmp_path, "backup").returncode == 0
    (tmp_path / "商品.csv").write_text("编码,名称,规格,基本单位,售价\nA3,铁钉,4寸,斤,3.7\n", encoding="utf-8")
    assert danju(tmp_path, "import", "商品.csv").returncode == 0
    restored = danju(tmp_path, "restore", "--yes")
    assert restored.returncode == 0, restored.stderr
    again = danju(tmp_path, "import", "商品.csv")
    assert "新增 1" in again.stdout + again.stderr
    doctor = danju(tmp_path, "doctor")
    assert doctor.returncode == 0, doctor.stdout


def test_a_second_firm_in_the_same_place_is_refused_in_a_sentence(tmp_path: Path) -> None:
    danju(tmp_path, "init", "--name", "青石五金", "--administrator", "林总")
    second = danju(tmp_path, "init", "--name", "白石五金", "--administrator", "王总")
    assert second.returncode == 1
    assert "已经有一家公司" in second.stderr
    assert "Traceback" not in second.stderr


def test_the_demo_refuses_a_real_firms_data(tmp_path: Path) -> None:
    danju(tmp_path, "init", "--name", "青石五金", "--administrator", "林总")
    demo = danju(tmp_path, "serve", "--demo")
    assert demo.returncode == 1
    assert "真实公司" in demo.stderr
    assert "Traceback" not in demo.stderr
