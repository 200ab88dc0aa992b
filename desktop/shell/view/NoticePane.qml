// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! What stands where a page cannot: why, and what can be done.
Rectangle {
    id: pane

    required property string title
    required property string text
    property string action: ""

    signal actionWanted()

    color: Theme.surface

    Column {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.gap6, 420)
        spacing: Theme.gap3

        Text {
            width: parent.width
            text: pane.title
            color: Theme.text
            font.family: Theme.family
            font.pixelSize: Theme.titleSize
            font.weight: Font.DemiBold
            wrapMode: Text.Wrap
            horizontalAlignment: Text.AlignHCenter
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }

        Text {
            width: parent.width
            text: pane.text
            color: Theme.dimText
            font.family: Theme.family
            font.pixelSize: Theme.bodySize
            wrapMode: Text.Wrap
            horizontalAlignment: Text.AlignHCenter
        }

        PushButton {
            visible: pane.action.length > 0
            anchors.horizontalCenter: parent.horizontalCenter
            text: pane.action
            onClicked: pane.actionWanted()
        }
    }
}
