// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

Rectangle {
    id: cell

    required property string display
    required property string tone
    required property string hint
    required property bool isLoaded
    required property bool isSelected
    required property bool isGone
    required property string columnName
    required property string columnType
    property bool isOnTheRight: false
    readonly property bool isCut: label.truncated
    readonly property bool isNumber: columnType !== "text" && columnType !== "enum" && columnType !== "bool" || isIdentifier
    readonly property bool isIdentifier: identifiers.indexOf(columnName) >= 0
    readonly property var identifiers: ["id", "link", "connection", "session", "intent", "stream", "name", "address",
        "epoch", "key", "rule", "code", "subject", "value", "default", "origin", "hint", "apiKey", "actor", "action"]

    implicitHeight: Theme.rowHeight
    color: isSelected ? Theme.chosen : "transparent"

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.line
        opacity: 0.6
    }

    Rectangle {
        id: dot

        x: Theme.gap3
        width: 7
        height: 7
        radius: 3.5
        anchors.verticalCenter: parent.verticalCenter
        color: Theme.tone(cell.tone)
        visible: cell.tone.length > 0
    }

    Label {
        id: label

        anchors.fill: parent
        anchors.leftMargin: dot.visible ? 26 : Theme.gap3
        anchors.rightMargin: cell.isOnTheRight ? Theme.gap3 : 4
        text: cell.display
        isNumber: cell.isNumber
        horizontalAlignment: cell.isOnTheRight ? Text.AlignRight : Text.AlignLeft
        color: cell.tone === "bad" || cell.tone === "warning" ? Theme.tone(cell.tone)
            : cell.columnType === "timeMs" || cell.columnType === "json" ? Theme.dimText : Theme.text
        opacity: cell.isGone ? 0.45 : 1
        font.strikeout: cell.isGone
        maximumLineCount: 1
    }

    Rectangle {
        x: Theme.gap3
        width: Math.max(0, Math.min(parent.width * 0.6, 90))
        height: 8
        radius: 4
        anchors.verticalCenter: parent.verticalCenter
        color: Theme.hover
        visible: !cell.isLoaded
    }
}
