// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! Two texts side by side; what differs is tinted, and marked so that colour is not needed.
Rectangle {
    id: diff

    property string leftText
    property string rightText
    property string leftTitle
    property string rightTitle
    readonly property var lines: LineDiff.lines(leftText, rightText)
    readonly property int changes: lines.filter(line => line.kind !== "same").length

    radius: Theme.radius
    color: Theme.sunken
    border.color: Theme.line
    clip: true

    Row {
        id: head

        height: 30

        Repeater {
            model: [diff.leftTitle, diff.rightTitle]

            Label {
                required property string modelData

                width: diff.width / 2
                height: head.height
                leftPadding: 12
                rightPadding: 8
                text: modelData
                isNumber: true
                font.pixelSize: Theme.captionSize
                color: Theme.dimText
            }
        }
    }

    Rectangle {
        y: head.height
        width: parent.width
        height: 1
        color: Theme.line
    }

    ListView {
        id: list

        anchors.fill: parent
        anchors.topMargin: head.height + 4
        model: diff.lines
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollLine {}

        delegate: Row {
            id: line

            required property var modelData

            height: Math.max(before.implicitHeight, after.implicitHeight) + 2

            DiffSide {
                id: before

                width: diff.width / 2
                height: line.height
                text: line.modelData.left
                mark: line.modelData.kind === "left" || line.modelData.kind === "changed" ? "−" : ""
                tone: "warning"
            }

            DiffSide {
                id: after

                width: diff.width / 2
                height: line.height
                text: line.modelData.right
                mark: line.modelData.kind === "right" || line.modelData.kind === "changed" ? "+" : ""
                tone: "good"
            }
        }
    }

    Rectangle {
        x: parent.width / 2
        width: 1
        height: parent.height
        color: Theme.line
    }
}
