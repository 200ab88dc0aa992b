// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

PushButton {
    required property Page page

    kind: PushButton.Kind.Quiet
    glyph: page.isPaused ? "play" : "pause"
    checked: page.isPaused
    tip: page.isPaused ? qsTr("Go on") : qsTr("Pause: hold what is shown")
    shortcut: "Space"
    onClicked: page.isPaused = !page.isPaused
}
