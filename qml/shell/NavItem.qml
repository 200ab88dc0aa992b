// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

T.AbstractButton {
    id: item

    property string glyph
    property string shortcut
    property bool isNarrow: false
    property string badge
    property string badgeTone: "bad"

    implicitHeight: 34
    focusPolicy: Qt.TabFocus
    checkable: false
    Accessible.name: text
    Keys.onReturnPressed: item.clicked()

    contentItem: Item {
        Glyph {
            id: icon

            name: item.glyph
            x: item.isNarrow ? Math.round((parent.width - width) / 2) : 11
            width: 16
            height: 16
            anchors.verticalCenter: parent.verticalCenter
            color: item.checked ? Theme.accent : item.hovered ? Theme.text : Theme.dimText
        }

        Label {
            anchors.left: icon.right
            anchors.leftMargin: 11
            anchors.right: parent.right
            height: parent.height
            text: item.text
            color: item.checked || item.hovered ? Theme.text : Theme.dimText
            font.weight: item.checked ? Font.DemiBold : Font.Medium
            visible: !item.isNarrow
        }

        Label {
            anchors.right: parent.right
            anchors.rightMargin: 10
            height: parent.height
            text: item.badge
            isNumber: true
            font.pixelSize: Theme.captionSize
            color: Theme.tone(item.badgeTone)
            visible: item.badge.length > 0 && !item.isNarrow
        }

        Rectangle {
            x: icon.x + icon.width - 1
            y: icon.y - 2
            width: 6
            height: 6
            radius: 3
            color: Theme.tone(item.badgeTone)
            visible: item.badge.length > 0 && item.isNarrow
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: item.checked ? Theme.chosen : item.hovered ? Theme.hover : "transparent"

        FocusRing { isShown: item.visualFocus }
    }

    Tip {
        text: item.text
        shortcut: item.shortcut
        x: item.width + 8
        y: Math.round((item.height - height) / 2)
        delay: item.isNarrow ? 200 : 900
        visible: item.hovered
    }
}
