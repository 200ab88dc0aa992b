// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

Page {
    id: page

    property string tab: "log"
    readonly property var tables: ({
        audit: { columns: ["number", "at", "actor", "role", "action", "targets", "outcome", "text"], stretch: "text",
            widths: { number: 76, at: 88, actor: 112, role: 84, action: 130, targets: 150, outcome: 92, text: 160 },
            filters: ["outcome"], title: qsTr("Entry"), placeholder: qsTr("Filter the audit"), glyph: "policy",
            empty: qsTr("No operator did anything yet") },
        decisions: { columns: ["number", "at", "kind", "subject", "rule", "link", "user", "count", "text"], stretch: "text",
            widths: { number: 66, at: 84, kind: 92, subject: 116, rule: 150, link: 92, user: 76, count: 66, text: 200 },
            filters: ["kind"], title: qsTr("Decision"), placeholder: qsTr("Filter decisions"), glyph: "check",
            empty: qsTr("Nothing was refused, dropped or delayed") },
        limits: { columns: ["limit", "who", "hits", "used", "max", "resetsAt", "firstAt", "lastAt"], stretch: "who",
            widths: { limit: 170, who: 180, hits: 84, used: 76, max: 84, resetsAt: 110, firstAt: 130, lastAt: 130 },
            filters: [], title: qsTr("Limit"), placeholder: qsTr("Filter limits"), glyph: "check",
            empty: qsTr("Nobody ran into a limit") }
    })
    readonly property var current: tab === "log" ? log : table.item

    title: qsTr("Log & audit")
    filterField: current ? current.filterField : null

    function back() { return current ? current.back() : false }
    function open(what) {
        if (!what)
            return
        if (what.tab)
            tab = what.tab
        if (what.key && table.item)
            table.item.open(what.key)
    }

    actions: PauseButton { page: page }

    Tabs {
        id: tabs

        x: Theme.gap6
        width: parent.width - 2 * Theme.gap6
        tabs: [{ value: "log", text: qsTr("Event log") }, { value: "audit", text: qsTr("Audit") },
               { value: "decisions", text: qsTr("Why") }, { value: "limits", text: qsTr("Rate limits") }]
        value: page.tab
        onPicked: value => page.tab = value
    }

    LogView {
        id: log

        anchors.fill: parent
        anchors.topMargin: tabs.height + Theme.gap3
        anchors.leftMargin: Theme.gap6
        anchors.rightMargin: Theme.gap6
        session: page.session
        isActive: page.isShown && page.tab === "log"
        isPaused: page.isPaused
        visible: page.tab === "log"
        focus: visible
        onNoticed: (text, tone) => page.noticed(text, tone)
    }

    TableLoader {
        id: table

        anchors.fill: parent
        anchors.topMargin: tabs.height + Theme.gap3
        page: page
        resource: page.tab === "log" ? "" : page.tab
        about: page.tables[page.tab]
    }
}
