// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! A dialog over everything: title, content, buttons. Esc closes.
T.Popup {
    id: sheet

    property string title
    default property alias content: column.data
    property alias buttons: buttonRow.data

    parent: T.Overlay.overlay
    x: Math.round((parent.width - width) / 2)
    y: Math.max(16, Math.round((parent.height - height) * 0.4))
    width: Math.min(520, parent.width - 32)
    height: Math.min(implicitHeight, parent.height - 32)
    implicitHeight: frame.implicitHeight
    modal: true
    focus: true
    padding: 0
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutside

    T.Overlay.modal: Rectangle { color: Theme.shade }

    enter: Transition {
        NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.quick }
    }

    background: Rectangle {
        color: Theme.raised
        border.color: Theme.strongLine
        radius: 10
    }

    contentItem: Item {
        id: frame

        implicitHeight: heading.height + column.implicitHeight + (buttonRow.visible ? 62 : Theme.gap4)

        Label {
            id: heading

            x: 20
            width: parent.width - 40
            height: visible ? 54 : Theme.gap4
            text: sheet.title
            font.pixelSize: Theme.titleSize
            font.weight: Font.DemiBold
            visible: sheet.title.length > 0
        }

        Flickable {
            id: scroll

            anchors.top: heading.bottom
            anchors.bottom: parent.bottom
            anchors.bottomMargin: buttonRow.visible ? 62 : Theme.gap4
            x: 20
            width: parent.width - 40
            contentHeight: column.implicitHeight
            clip: contentHeight > height
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollLine {}

            Column {
                id: column

                width: scroll.width
                spacing: Theme.gap3
            }
        }

        Row {
            id: buttonRow

            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: 16
            layoutDirection: Qt.RightToLeft
            spacing: Theme.gap2
            visible: children.length > 0
        }
    }
}
