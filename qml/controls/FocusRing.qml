// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! Shows where the keyboard is; only when it was the keyboard that came.
Rectangle {
    property bool isShown: false

    anchors.fill: parent
    anchors.margins: -2
    radius: Theme.radius + 2
    color: "transparent"
    border.color: Theme.accent
    border.width: 2
    visible: isShown
}
