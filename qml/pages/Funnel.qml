// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! How many intents stand where, from left to right; a click narrows the table to one state.
Row {
    id: funnel

    required property Session session
    property bool isActive: true
    property string chosen
    readonly property var states: ["pending", "acked", "rejected", "conflict", "failed", "indeterminate"]
    readonly property var titles: ({ pending: qsTr("Undecided"), acked: qsTr("Acknowledged"), rejected: qsTr("Rejected"),
        conflict: qsTr("Conflict"), failed: qsTr("Failed"), indeterminate: qsTr("Indeterminate") })
    readonly property var tones: ({ pending: "info", acked: "good", rejected: "warning", conflict: "warning", failed: "bad", indeterminate: "bad" })
    readonly property double total: states.reduce((sum, state) => sum + (numbers[state] || 0), 0)
    readonly property var numbers: counts.counts
    readonly property double deadLetters: (numbers.failed || 0) + (numbers.indeterminate || 0)
    signal picked(string state)

    spacing: Theme.gap2
    height: 64

    RowCounts {
        id: counts

        session: funnel.session
        resource: "intents"
        field: "status"
        values: funnel.states
        isActive: funnel.isActive
    }

    Repeater {
        model: funnel.states

        Rectangle {
            id: stage

            required property string modelData
            readonly property bool isChosen: funnel.chosen === modelData
            readonly property double count: funnel.numbers[modelData] === undefined ? NaN : funnel.numbers[modelData]
            readonly property double share: funnel.total > 0 ? count / funnel.total : 0

            width: (funnel.width - 5 * funnel.spacing) / 6
            height: funnel.height
            radius: 8
            color: isChosen ? Theme.chosen : area.containsMouse ? Theme.hover : Theme.raised
            border.color: isChosen ? Theme.accent : Theme.line

            Row {
                x: 12
                y: 9
                spacing: 7

                Rectangle {
                    width: 7
                    height: 7
                    radius: 3.5
                    anchors.verticalCenter: parent.verticalCenter
                    color: Theme.tone(funnel.tones[stage.modelData])
                }

                Caption { text: funnel.titles[stage.modelData] }
            }

            Label {
                x: 12
                y: 27
                text: Format.number(stage.count)
                isNumber: true
                font.pixelSize: 17
                font.weight: Font.Medium
            }

            Label {
                anchors.right: parent.right
                anchors.rightMargin: 12
                y: 31
                text: isNaN(stage.count) || funnel.total === 0 ? "" : stage.share > 0 && stage.share < 0.001 ? "<0.1 %" : Format.number(stage.share * 100, 1) + " %"
                isNumber: true
                font.pixelSize: Theme.captionSize
                color: Theme.faintText
                visible: stage.width > 130
            }

            // A share that is not nothing is at least a sliver.
            Rectangle {
                x: 12
                anchors.bottom: parent.bottom
                anchors.bottomMargin: 7
                width: isNaN(stage.count) ? 0 : stage.count > 0 ? Math.max(3, (parent.width - 24) * stage.share) : 0
                height: 3
                radius: 1.5
                color: Theme.tone(funnel.tones[stage.modelData])
            }

            MouseArea {
                id: area

                anchors.fill: parent
                hoverEnabled: true
                onClicked: funnel.picked(stage.isChosen ? "" : stage.modelData)
            }
        }
    }
}
