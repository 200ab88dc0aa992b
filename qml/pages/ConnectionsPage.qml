// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

Page {
    id: page

    title: qsTr("Connections")
    summary: view.rows.total >= 0 ? Format.number(view.rows.total) : ""
    filterField: view.filterField

    function back() { return view.back() }
    function open(what) {
        if (what && what.key)
            view.open(what.key, what.view)
        if (what && what.search !== undefined)
            view.filterField.text = what.search
    }

    actions: PauseButton { page: page }

    ResourceView {
        id: view

        anchors.fill: parent
        focus: true
        session: page.session
        resource: "links"
        columns: ["id", "user", "role", "site", "transport", "address", "openedAt", "rttMs", "subscriptions", "queuedBytes", "lastRefusal"]
        widths: ({ id: 98, user: 84, role: 70, site: 84, transport: 100, address: 114, openedAt: 82, rttMs: 90, subscriptions: 104, queuedBytes: 88, lastRefusal: 110 })
        stretch: "lastRefusal"
        filterFields: ["transport", "role"]
        isActive: page.isShown
        isPaused: page.isPaused
        placeholder: qsTr("Filter connections")
        emptyTitle: qsTr("Nobody is connected")
        emptyText: qsTr("Clients appear here as soon as they connect.")
        emptyGlyph: "links"
        rowTitle: qsTr("Connection")
        inspectorViews: [
            { value: "subscriptions", text: qsTr("Subscriptions"), component: subscriptions },
            { value: "why", text: qsTr("Why"), component: why }
        ]
        onNoticed: (text, tone) => page.noticed(text, tone)
        onCommandWanted: (resource, command, keys) => page.commandWanted(resource, command, keys)
    }

    Component {
        id: subscriptions

        RelatedRows {
            session: page.session
            resource: "subscriptions"
            filters: [{ field: "link", op: "eq", value: view.openedKey }]
            columns: ["stream", "continuity", "startedAfter"]
            widths: ({ stream: 150, continuity: 92, startedAfter: 92 })
            stretch: "stream"
            emptyTitle: qsTr("It follows nothing")
            emptyGlyph: "streams"
            onPicked: row => page.wanted("channels", { key: row.stream })
        }
    }

    Component {
        id: why

        RelatedRows {
            session: page.session
            resource: "decisions"
            filters: [{ field: "link", op: "eq", value: view.openedKey }]
            columns: ["at", "kind", "subject", "text"]
            widths: ({ at: 78, kind: 98, subject: 92, text: 100 })
            stretch: "text"
            emptyTitle: qsTr("Nothing was held back")
            emptyText: qsTr("No recorded decision dropped, denied, filtered or delayed anything of this connection.")
            emptyGlyph: "check"
            onPicked: row => page.wanted("log", { tab: "decisions", key: String(row.number) })
        }
    }
}
