// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! What one can do with the rows that are chosen; there only while some are.
Rectangle {
    id: bar

    property var selection: null
    property var commands: []
    readonly property int count: selection ? selection.count : 0
    signal commandWanted(string command)
    signal copyWanted(bool isCsv)

    width: row.implicitWidth + 20
    height: 44
    radius: 10
    color: Theme.raised
    border.color: Theme.strongLine
    visible: count > 0

    Row {
        id: row

        anchors.centerIn: parent
        spacing: Theme.gap2

        Label {
            height: Theme.controlHeight
            leftPadding: 6
            rightPadding: 6
            text: qsTr("%1 chosen").arg(bar.count)
            font.weight: Font.Medium
        }

        Repeater {
            model: bar.commands

            PushButton {
                required property var modelData

                text: modelData.title
                tip: modelData.doc
                onClicked: bar.commandWanted(modelData.name)
            }
        }

        PushButton {
            text: qsTr("JSON")
            glyph: "copy"
            kind: PushButton.Kind.Quiet
            onClicked: bar.copyWanted(false)
        }

        PushButton {
            text: qsTr("CSV")
            glyph: "copy"
            kind: PushButton.Kind.Quiet
            onClicked: bar.copyWanted(true)
        }

        PushButton {
            kind: PushButton.Kind.Quiet
            glyph: "close"
            tip: qsTr("Choose none")
            shortcut: "Esc"
            onClicked: bar.selection.clear()
        }
    }
}
