"""A screen reader for tests: names what an application shows, and presses its buttons, as assistive technology does.

Runs on the system's Python (pyatspi is a system package): `screen_reader.py read` prints one JSON list of
[role, name, text] of everything visible; `screen_reader.py press NAME` presses the button of that name.
"""

import json
import sys

import pyatspi


def visible(node, depth=0):
    """Every showing accessible below `node`, depth first."""
    for at in range(node.childCount):
        child = node.getChildAtIndex(at)
        if child is None or depth > 40:
            continue
        states = child.getState()
        if states.contains(pyatspi.STATE_SHOWING) or child.getRole() == pyatspi.ROLE_APPLICATION:
            yield child
            yield from visible(child, depth + 1)


def text_of(node):
    """What a text control holds."""
    interfaces = pyatspi.listInterfaces(node)
    return node.queryText().getText(0, -1) if "Text" in interfaces else ""


def main():
    desktop = pyatspi.Registry.getDesktop(0)
    found = list(visible(desktop))
    if sys.argv[1] == "read":
        print(json.dumps([[node.getRoleName(), node.name, text_of(node)] for node in found]))
        return 0
    for node in found:
        if node.name == sys.argv[2] and "Action" in pyatspi.listInterfaces(node):
            node.queryAction().doAction(0)
            return 0
    print(f"nothing to press is called {sys.argv[2]}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
