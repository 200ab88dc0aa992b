// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

T.ToolTip {
    id: tip

    property string shortcut

    delay: 500
    padding: 6
    leftPadding: 9
    rightPadding: 9
    margins: 6
    y: parent ? parent.height + 5 : 0
    x: parent ? Math.round((parent.width - width) / 2) : 0
    implicitWidth: Math.min(420, contentItem.implicitWidth + leftPadding + rightPadding)
    implicitHeight: contentItem.implicitHeight + topPadding + bottomPadding
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutsideParent

    contentItem: Row {
        spacing: Theme.gap2

        Label {
            text: tip.text
            width: Math.min(implicitWidth, 400)
            wrapMode: Text.Wrap
            font.pixelSize: Theme.smallSize
            color: Theme.text
        }

        KeyHint {
            text: tip.shortcut
            visible: tip.shortcut.length > 0
        }
    }

    background: Rectangle {
        color: Theme.raised
        border.color: Theme.strongLine
        radius: Theme.radius
    }
}
