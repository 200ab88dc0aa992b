// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! What happened, in passing. At most four; the oldest makes room.
Column {
    id: toasts

    readonly property int maxShown: 4

    function show(text, tone) {
        if (list.count >= maxShown)
            list.remove(0)
        list.append({ text: text, tone: tone || "good" })
    }

    spacing: Theme.gap2

    ListModel { id: list }

    Repeater {
        model: list

        Rectangle {
            id: toast

            required property string text
            required property string tone
            required property int index

            anchors.right: parent ? parent.right : undefined
            width: Math.min(440, label.implicitWidth + 58)
            height: Math.max(38, label.implicitHeight + 18)
            radius: Theme.radius
            color: Theme.raised
            border.color: Theme.strongLine

            Rectangle {
                x: 14
                width: 8
                height: 8
                radius: 4
                anchors.verticalCenter: parent.verticalCenter
                color: Theme.tone(toast.tone)
            }

            Label {
                id: label

                x: 34
                width: parent.width - 48
                anchors.verticalCenter: parent.verticalCenter
                text: toast.text
                wrapMode: Text.Wrap
            }

            Timer {
                interval: toast.tone === "bad" ? 9000 : 4000
                running: !area.containsMouse
                onTriggered: list.remove(toast.index)
            }

            MouseArea {
                id: area

                anchors.fill: parent
                hoverEnabled: true
                onClicked: list.remove(toast.index)
            }
        }
    }
}
