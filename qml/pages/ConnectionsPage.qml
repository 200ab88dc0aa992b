// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

Page {
    id: page

    title: qsTr("Connections")
    summary: rows.total >= 0 ? Format.number(rows.total) : ""
    filterField: search

    actions: [
        PushButton {
            kind: PushButton.Kind.Quiet
            glyph: page.isPaused ? "play" : "pause"
            tip: page.isPaused ? qsTr("Go on") : qsTr("Pause")
            shortcut: "Space"
            onClicked: page.isPaused = !page.isPaused
        }
    ]

    RowsModel {
        id: rows

        session: page.session
        resource: "links"
        columns: ["id", "user", "role", "site", "dialect", "transport", "address", "openedAt", "rttMs", "subscriptions", "queuedBytes", "bytesOut", "lastRefusal"]
        isActive: page.isShown
        isPaused: page.isPaused
        search: search.text
    }

    Field {
        id: search

        x: Theme.gap6
        width: 260
        glyph: "search"
        shortcut: "/"
        placeholderText: qsTr("Filter connections")
    }

    DataTable {
        id: table

        anchors.fill: parent
        anchors.topMargin: 42
        rows: rows
        focus: true
        stretch: "user"
        onCopied: what => page.noticed(what, "good")
    }
}
