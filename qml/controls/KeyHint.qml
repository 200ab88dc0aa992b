// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! A key as it looks on a keyboard.
Rectangle {
    id: hint

    property alias text: label.text

    implicitWidth: Math.max(implicitHeight, label.implicitWidth + 10)
    implicitHeight: 18
    radius: 4
    color: Theme.sunken
    border.color: Theme.line

    Label {
        id: label

        anchors.centerIn: parent
        font.pixelSize: Theme.captionSize
        font.family: Theme.numberFamily
        color: Theme.dimText
    }
}
