// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! Small, quiet text: what stands above or beside a value.
Label {
    color: Theme.faintText
    font.pixelSize: Theme.captionSize
    font.weight: Font.Medium
}
