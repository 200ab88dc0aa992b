// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! What stands where rows would: nothing here, still loading, went wrong.
Item {
    id: view

    property string glyph: "info"
    property string title
    property string text
    property string tone: "quiet"
    property string actionText
    property bool isBusy: false
    signal acted()

    implicitHeight: column.implicitHeight

    Column {
        id: column

        anchors.centerIn: parent
        width: Math.min(380, parent.width - 32)
        spacing: Theme.gap2

        Item {
            width: parent.width
            height: 40

            Rectangle {
                anchors.centerIn: parent
                width: 40
                height: 40
                radius: 20
                color: Theme.sunken
                border.color: Theme.line
            }

            Glyph {
                anchors.centerIn: parent
                width: 18
                height: 18
                name: view.isBusy ? "streams" : view.glyph
                color: Theme.tone(view.tone)

                SequentialAnimation on opacity {
                    running: view.isBusy && view.visible
                    loops: Animation.Infinite
                    onStopped: parent.opacity = 1

                    NumberAnimation { to: 0.3; duration: 600; easing.type: Easing.InOutSine }
                    NumberAnimation { to: 1; duration: 600; easing.type: Easing.InOutSine }
                }
            }
        }

        Label {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: view.title
            font.pixelSize: Theme.titleSize
            font.weight: Font.DemiBold
            wrapMode: Text.Wrap
        }

        Label {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: view.text
            color: Theme.dimText
            wrapMode: Text.Wrap
            visible: text.length > 0
            lineHeight: 1.25
        }

        Item {
            width: parent.width
            height: Theme.controlHeight + 6
            visible: view.actionText.length > 0

            PushButton {
                anchors.bottom: parent.bottom
                anchors.horizontalCenter: parent.horizontalCenter
                text: view.actionText
                onClicked: view.acted()
            }
        }
    }
}
