// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

Page {
    id: page

    property string tab: "ask"
    readonly property var tables: ({
        users: { columns: ["email", "name", "role", "status", "site", "createdAt", "lastLoginAt"], stretch: "email",
            widths: { email: 220, name: 130, role: 80, status: 96, site: 110, createdAt: 160, lastLoginAt: 160 },
            filters: ["role", "status"], title: qsTr("User"), placeholder: qsTr("Filter users"), glyph: "user", empty: qsTr("No accounts yet") },
        keys: { columns: ["id", "hint", "email", "createdAt", "lastUsedAt"], stretch: "email",
            widths: { id: 140, hint: 110, email: 220, createdAt: 160, lastUsedAt: 160 },
            filters: [], title: qsTr("API key"), placeholder: qsTr("Filter keys"), glyph: "key", empty: qsTr("No API keys") },
        sessions: { columns: ["id", "email", "apiKey", "createdAt", "accessUntil", "refreshUntil"], stretch: "email",
            widths: { id: 140, email: 200, apiKey: 120, createdAt: 160, accessUntil: 160, refreshUntil: 160 },
            filters: [], title: qsTr("Session"), placeholder: qsTr("Filter sessions"), glyph: "user", empty: qsTr("Nobody is logged in") }
    })
    readonly property var current: tab === "ask" ? ask : table.item

    title: qsTr("Policy")
    filterField: current ? current.filterField : null

    function back() { return tab !== "ask" && current ? current.back() : false }
    function open(what) {
        if (!what)
            return
        if (what.tab)
            tab = what.tab
        if (what.ask)
            ask.fill(what.ask)
        if (what.key && table.item)
            table.item.open(what.key)
    }

    actions: PauseButton { page: page }

    Tabs {
        id: tabs

        x: Theme.gap6
        width: parent.width - 2 * Theme.gap6
        tabs: [{ value: "ask", text: qsTr("Who may what") }, { value: "users", text: qsTr("Users") },
               { value: "keys", text: qsTr("API keys") }, { value: "sessions", text: qsTr("Sessions") }]
        value: page.tab
        onPicked: value => page.tab = value
    }

    PolicyAsk {
        id: ask

        anchors.fill: parent
        anchors.topMargin: tabs.height + Theme.gap4
        anchors.leftMargin: Theme.gap6
        anchors.rightMargin: Theme.gap6
        session: page.session
        visible: page.tab === "ask"
        focus: visible
    }

    TableLoader {
        id: table

        anchors.fill: parent
        anchors.topMargin: tabs.height + Theme.gap3
        page: page
        resource: page.tab === "ask" ? "" : page.tab
        about: page.tables[page.tab]
    }
}
