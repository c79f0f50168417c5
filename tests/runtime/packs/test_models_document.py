"""docs/models.md says of every weight what the catalogue says."""

from pathlib import Path

from runtime.packs import catalog

TEXT = (Path(__file__).parents[3] / "docs" / "models.md").read_text(encoding="utf-8")


def test_every_package_version_and_licence_is_in_the_document():
    for part in catalog.PARTS:
        rows = [line for line in TEXT.splitlines() if line.startswith(f"| `{part.name}` |")]
        for wheel in part.wheels:
            assert any(f"`{wheel.package}` {wheel.version}" in row for row in rows), wheel
        for origin in part.origins:
            assert any(f"| {origin.licence} |" in row for row in rows), origin


def test_every_weight_is_in_the_document_with_its_size_and_hash():
    for part in catalog.PARTS:
        for member in part.members:
            row = f"| `{Path(member.path).name}` | {member.size:,} | `{member.sha256}` |"
            assert row in TEXT.splitlines()
