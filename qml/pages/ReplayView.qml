// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! What one stream keeps for replays: a slider over it, the events, and two of them side by side. Without pins an event
//! stands beside the one before it.
FocusScope {
    id: view

    required property Session session
    property string stream
    property bool isActive: true
    property bool isPaused: false
    //! Keys of the pinned events; empty = not pinned.
    property string leftKey
    property string rightKey
    property var leftRow: ({})
    property var rightRow: ({})
    readonly property int count: rows.total > 0 ? rows.total : 0
    readonly property int row: table.currentRow
    readonly property var pins: [{ key: leftKey, text: "A" }, { key: rightKey, text: "B" }]
    signal noticed(string text, string tone)

    function titleOf(row, word) {
        return row.offset === undefined ? word : word + "  " + Format.number(row.offset) + "  ·  " + Format.clock(row.at, false)
    }

    function textOf(row) { return row.payload === undefined ? "" : Format.json(row.payload) }

    function at(row: int): var { return rows.rowAt(row) }

    //! Takes the events the pins and the current row name, as far as they are here.
    function look() {
        const left = at(leftKey.length > 0 ? rows.rowOf(leftKey) : table.currentRow + 1)
        if (leftKey.length === 0 || left.offset !== undefined)
            leftRow = left
        const right = at(rightKey.length > 0 ? rows.rowOf(rightKey) : table.currentRow)
        if (rightKey.length === 0 || right.offset !== undefined)
            rightRow = right
    }

    function pin(isLeft) {
        const key = table.currentKey
        if (key.length === 0)
            return
        if (isLeft)
            leftKey = leftKey === key ? "" : key
        else
            rightKey = rightKey === key ? "" : key
        look()
    }

    //! "1207": an offset; "14:03" or "14:03:20": a time of today; "5m", "90s", "2h": so long ago.
    function seek(text) {
        const span = text.match(/^[-−]?\s*(\d+)\s*(s|m|h|d)$/)
        const clock = text.match(/^(\d{1,2}):(\d{2})(?::(\d{2}))?$/)
        if (span) {
            rows.locate("at", Date.now() - Number(span[1]) * ({ s: 1e3, m: 6e4, h: 36e5, d: 864e5 })[span[2]])
        } else if (clock) {
            const at = new Date()
            at.setHours(Number(clock[1]), Number(clock[2]), Number(clock[3] || 0), 0)
            rows.locate("at", at.getTime())
        } else if (/^\d+$/.test(text)) {
            rows.locate("offset", Number(text))
        } else {
            return false
        }
        return true
    }

    onStreamChanged: {
        leftKey = ""
        rightKey = ""
        leftRow = {}
        rightRow = {}
    }

    Keys.onPressed: event => {
        event.accepted = true
        if (event.text === "a")
            view.pin(true)
        else if (event.text === "b")
            view.pin(false)
        else if (event.key === Qt.Key_Left)
            table.goTo(view.row + 1, false)
        else if (event.key === Qt.Key_Right)
            table.goTo(view.row - 1, false)
        else
            event.accepted = false
    }

    Timer {
        id: lookSoon

        interval: 0
        onTriggered: view.look()
    }

    RowsModel {
        id: rows

        session: view.session
        resource: "events"
        filters: [{ field: "stream", op: "eq", value: view.stream }]
        columns: ["offset", "at", "key", "bytes"]
        isActive: view.isActive && view.stream.length > 0
        isPaused: view.isPaused
        onRefreshed: {
            if (table.currentRow < 0 && rows.rowCount() > 0)
                table.goTo(0, false)
            view.look()
        }
        onLocated: row => table.goTo(row, false)
    }

    Item {
        id: time

        width: parent.width
        height: 66

        TimeSlider {
            id: slider

            width: parent.width
            count: view.count
            value: Math.max(0, view.count - 1 - Math.max(0, view.row))
            marks: {
                const marks = []
                for (const pin of view.pins) {
                    if (pin.key.length > 0 && rows.rowOf(pin.key) >= 0)
                        marks.push({ value: view.count - 1 - rows.rowOf(pin.key), text: pin.text })
                }
                return marks
            }
            onMoved: value => table.goTo(view.count - 1 - value, false)
        }

        Row {
            anchors.bottom: parent.bottom
            spacing: Theme.gap2
            height: 28

            Field {
                id: target

                width: 190
                implicitHeight: 28
                glyph: "clock"
                placeholderText: qsTr("offset, 14:03, or 5m")
                onAccepted: isWrong = !view.seek(text.trim())
                onTextEdited: isWrong = false
            }

            PushButton {
                implicitHeight: 28
                text: view.leftKey.length > 0 ? qsTr("A pinned") : qsTr("Pin A")
                glyph: "pin"
                shortcut: "a"
                tip: qsTr("Keep this event on the left")
                checked: view.leftKey.length > 0
                onClicked: view.leftKey.length > 0 ? (view.leftKey = "", view.look()) : view.pin(true)
            }

            PushButton {
                implicitHeight: 28
                text: view.rightKey.length > 0 ? qsTr("B pinned") : qsTr("Pin B")
                glyph: "pin"
                shortcut: "b"
                tip: qsTr("Keep this event on the right")
                checked: view.rightKey.length > 0
                onClicked: view.rightKey.length > 0 ? (view.rightKey = "", view.look()) : view.pin(false)
            }
        }

        Label {
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            height: 28
            text: view.count > 0 ? qsTr("event %1 of %2").arg(Format.number(slider.value + 1)).arg(Format.number(view.count)) : ""
            isNumber: true
            color: Theme.dimText
        }
    }

    DataTable {
        id: table

        anchors.top: time.bottom
        anchors.topMargin: Theme.gap2
        anchors.bottom: parent.bottom
        x: -Theme.gap3
        width: Math.max(270, Math.min(380, parent.width * 0.38))
        rows: rows
        focus: true
        isChoosing: false
        widths: ({ offset: 66, at: 82, key: 84, bytes: 60 })
        stretch: "key"
        emptyTitle: qsTr("Nothing is kept")
        emptyText: qsTr("A volatile stream, or one that has had no event yet.")
        emptyGlyph: "clock"
        onCurrentRowChanged: lookSoon.restart()
        onCurrentKeyChanged: lookSoon.restart()
        onCopied: what => view.noticed(what, "good")
    }

    DiffView {
        anchors.left: table.right
        anchors.leftMargin: Theme.gap4
        anchors.right: parent.right
        anchors.top: table.top
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.gap4
        leftText: view.textOf(view.leftRow)
        rightText: view.textOf(view.rightRow)
        leftTitle: view.titleOf(view.leftRow, view.leftKey.length > 0 ? "A" : qsTr("before"))
        rightTitle: view.titleOf(view.rightRow, view.rightKey.length > 0 ? "B" : qsTr("this"))
        visible: view.count > 0
    }
}
