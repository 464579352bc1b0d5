#!/usr/bin/env python3
"""Write the Traditional Chinese translations: those in Simplified Chinese, converted.

scripts/traditional_chinese.py [--check]

Characters and the words of Taiwan come from OpenCC, words of business from the table
below. With --check nothing is written; fails where a file is not what would be written.
"""

import sys
from pathlib import Path

import opencc
import polib

ROOT = Path(__file__).resolve().parent.parent
# What OpenCC leaves as it is said on the mainland, after conversion.
WORDS = (
    ("賬", "帳"),
    ("臺", "台"),
    ("銷售員", "業務員"),
    ("銷售人員", "業務人員"),
    ("合同", "合約"),
    ("視圖", "檢視"),
    ("回款", "收款"),
    ("工作日曆", "工作行事曆"),
    ("鬚", "須"),
    ("嚮導", "精靈"),
    ("瞭", "了"),
    ("周", "週"),
    ("型別", "類型"),
    ("試執行", "試行"),
    ("運算元", "操作數"),
    ("郵箱", "電子信箱"),
)
CONVERTER = opencc.OpenCC("s2twp")


def convert(text):
    text = CONVERTER.convert(text)
    for word, said in WORDS:
        text = text.replace(word, said)
    return text


def make(source):
    """Return the file in Traditional Chinese for the one in Simplified Chinese."""
    result = polib.pofile(source)
    result.metadata["Language"] = "zh_TW"
    for entry in result:
        entry.msgstr = convert(entry.msgstr)
    return result


def main():
    check = "--check" in sys.argv[1:]
    stale = 0
    for source in sorted(ROOT.glob("*/i18n/zh_CN.po")):
        target = source.with_name("zh_TW.po")
        made = str(make(source)) + "\n"
        if target.exists() and target.read_text(encoding="utf-8") == made:
            continue
        if check:
            print(f"{target.relative_to(ROOT)} is not made of zh_CN.po as it is now")
            stale += 1
        else:
            target.write_text(made, encoding="utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
