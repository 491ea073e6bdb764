"""Files of a small role matrix, and how one of them is changed."""

from __future__ import annotations

from pathlib import Path

JURISDICTIONS = """\
jurisdictions:
  - {code: "100000", name: 中华人民共和国, level: national}
  - {code: "110000", name: 北京市, level: municipal, parent: "100000"}
  - {code: "110118", name: 密云区, level: district, parent: "110000"}
"""
DOCUMENTS = """\
documents:
  - {code: S0, title: 方案}
"""
AGENCIES = """\
agencies:
  - {slug: bureau, name: 市园林绿化局, level: municipal, jurisdiction: "110000", uscc: 1111000078480249XC}
  - {slug: miyun, name: 密云区政府, level: district, jurisdiction: "110118"}
"""
MANDATES = """\
document: S0
note: 文件一句
note_en: A sentence of the file
lists:
  districts: {agencies: [miyun], basis: inferred, note: 名单一句}
matters:
  - key: s0-4
    matter: 用途管制
    kind: occupation
    line: L24
    clause: 严管天然林地占用
    note: 事项一句
    duties:
      lead: {words: 牵头单位：市园林绿化局, agencies: [bureau, $districts]}
      decide: [bureau]
      advise:
        - {agencies: [bureau], edition: "2022", valid_from: 2022-01-01, valid_to: 2022-12-31}
        - {agencies: [bureau], edition: "2023", valid_from: 2023-01-01, valid_to: 2023-12-31}
"""


def small_matrix(folder: Path) -> Path:
    """A small matrix: three places, one document, two agencies, one matter of five rows."""
    files = {"jurisdictions": JURISDICTIONS, "documents": DOCUMENTS, "agencies": AGENCIES, "mandates": MANDATES}
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def change(data: Path, file: str, old: str, new: str) -> None:
    path = data / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
