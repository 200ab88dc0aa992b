// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

Sheet {
    id: sheet

    readonly property var groups: [
        { title: qsTr("Anywhere"), keys: [
            ["Ctrl+K", qsTr("Find a page, command or server")], ["1 … 7", qsTr("Go to a page")],
            ["/", qsTr("Filter")], ["Space", qsTr("Pause and go on")], ["Esc", qsTr("One step back")],
            ["F5", qsTr("Read again")], ["Ctrl+T", qsTr("Dark, light, system")], ["?", qsTr("This sheet")]] },
        { title: qsTr("In a table"), keys: [
            ["↑ ↓  j k", qsTr("Row by row")], ["PgUp PgDn", qsTr("Page by page")], ["g G", qsTr("First and last row")],
            ["Enter", qsTr("Details")], ["x", qsTr("Choose a row")], ["Shift+↑↓", qsTr("Choose several")],
            ["Ctrl+C", qsTr("Copy as JSON")], ["Ctrl+Shift+C", qsTr("Copy as CSV")]] },
        { title: qsTr("On Channels"), keys: [
            ["← →", qsTr("Fold and unfold; step through time")], ["a b", qsTr("Pin an offset left or right")]] }
    ]

    title: qsTr("Keys")
    width: Math.min(760, parent.width - 32)

    Flow {
        width: parent.width
        spacing: Theme.gap6

        Repeater {
            model: sheet.groups

            Column {
                id: group

                required property var modelData

                width: Math.min(parent.width, 340)
                spacing: 7

                Caption { text: group.modelData.title }

                Repeater {
                    model: group.modelData.keys

                    Item {
                        id: line

                        required property var modelData

                        width: group.width
                        height: 22

                        KeyHint {
                            id: keys

                            text: line.modelData[0]
                            anchors.verticalCenter: parent.verticalCenter
                        }

                        Label {
                            x: 112
                            width: parent.width - x
                            height: parent.height
                            text: line.modelData[1]
                        }
                    }
                }
            }
        }
    }

    Label {
        width: parent.width
        text: qsTr("Times are in your time zone; hover one to see UTC. A window nobody sees asks the gateway for nothing.")
        color: Theme.dimText
        wrapMode: Text.Wrap
    }
}
