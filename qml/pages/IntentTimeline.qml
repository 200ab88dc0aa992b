// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! The way of one intent through its states, with who did it and how long it took.
Item {
    id: timeline

    required property Session session
    property string intent

    RowsModel {
        id: rows

        session: timeline.session
        resource: "transitions"
        filters: [{ field: "intent", op: "eq", value: timeline.intent }]
        columns: ["state", "at", "afterMs", "actor"]
        isActive: timeline.visible
    }

    ListView {
        id: list

        anchors.fill: parent
        anchors.margins: Theme.gap4
        model: rows
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollLine {}

        delegate: Item {
            id: step

            required property int index
            required property string display
            readonly property var row: (display, rows.rowAt(index))

            width: ListView.view.width
            height: 54

            Rectangle {
                x: 4
                y: 14
                width: 1
                height: parent.height
                color: Theme.strongLine
                visible: step.index < list.count - 1
            }

            Rectangle {
                y: 5
                width: 9
                height: 9
                radius: 4.5
                color: Theme.tone(Format.tone(step.display))
            }

            Label {
                x: 24
                text: step.display
                font.weight: Font.Medium
            }

            Label {
                x: 24
                y: 20
                width: parent.width - 24
                text: {
                    if (!step.row.actor)
                        return ""
                    const by = qsTr("by %1").arg(step.row.actor)
                    return step.row.mark && step.row.mark.note ? by + "  ·  " + step.row.mark.note : by
                }
                color: Theme.dimText
                font.pixelSize: Theme.smallSize
            }

            Label {
                id: at

                anchors.right: parent.right
                text: step.row.at ? Format.clock(step.row.at) : ""
                isNumber: true

                HoverHandler { id: atHover }

                Tip {
                    text: step.row.at ? Format.utc(step.row.at) : ""
                    visible: atHover.hovered
                }
            }

            Label {
                anchors.right: parent.right
                y: 20
                text: step.row.afterMs > 0 ? "+" + Format.duration(step.row.afterMs) : ""
                isNumber: true
                color: Theme.faintText
                font.pixelSize: Theme.captionSize
            }
        }
    }

    ModelState {
        rows: rows
        emptyTitle: qsTr("No transitions recorded")
        emptyGlyph: "clock"
    }
}
