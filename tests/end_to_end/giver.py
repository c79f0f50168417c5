"""Another program: a small window whose contents can be dragged away, and are on the clipboard.

`giver.py picture|file PATH` prints "ready", and "taken" when what is held over a window would be taken there.
"""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QImage
from PySide6.QtWidgets import QApplication, QLabel


def given(what, path):
    data = QMimeData()
    if what == "picture":
        data.setImageData(QImage(path))
    else:
        data.setUrls([QUrl.fromLocalFile(path)])
    return data


class Giver(QLabel):
    def mouseMoveEvent(self, _event):
        drag = QDrag(self)
        drag.setMimeData(given(*sys.argv[1:]))
        drag.actionChanged.connect(
            lambda action: print("taken", flush=True) if action is Qt.DropAction.CopyAction else None
        )
        drag.exec(Qt.DropAction.CopyAction)


app = QApplication([])
giver = Giver("Drag me")
giver.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
giver.setWindowTitle("Giver")
giver.resize(160, 60)
giver.show()
app.clipboard().setMimeData(given(*sys.argv[1:]))
print("ready", flush=True)
app.exec()
