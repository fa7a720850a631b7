"""Writes tables in Markdown, and the generated parts of a document, between <!-- NAME: begin --> and <!-- NAME: end -->."""


def markdown(columns, rows):
    """A Markdown table. A column is a title, and whether it has numbers."""
    lines = ["| " + " | ".join(title for title, _ in columns) + " |", "|" + "|".join("---:" if right else "---" for _, right in columns) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def write_parts(document, parts):
    text = document.read_text()
    for name, part in parts.items():
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise SystemExit(f"{document} lacks {begin.strip()} ... {end}: the place of this part.")
        text = before + begin + "\n" + part + "\n\n" + end + after
    document.write_text(text)
