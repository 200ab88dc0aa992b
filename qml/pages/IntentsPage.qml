// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

Page {
    id: page

    //! Everything ("all"), what nobody decided: failed and indeterminate ("dead"), or of that what no operator has marked
    //! as handled ("open").
    property string lane: "all"
    readonly property bool isDead: lane !== "all"
    // What is left when all states somebody decided, or still may, are taken away.
    readonly property var notDead: ["pending", "acked", "rejected", "conflict"]

    title: qsTr("Intents")
    summary: view.rows.total >= 0 ? Format.number(view.rows.total) : ""
    filterField: view.filterField

    function back() { return view.back() }
    function open(what) {
        if (!what)
            return
        lane = what.lane || "all"
        if (what.search !== undefined)
            view.filterField.text = what.search
        if (what.key)
            view.open(what.key, what.view)
    }

    actions: [
        Segmented {
            options: [{ value: "all", text: qsTr("All") },
                      { value: "dead", text: qsTr("Dead letters") + (funnel.deadLetters > 0 ? "  " + Format.number(funnel.deadLetters) : "") },
                      { value: "open", text: qsTr("Unhandled") }]
            value: page.lane
            onPicked: value => {
                view.setFilter("status", "")
                page.lane = value
            }
        },
        PauseButton { page: page }
    ]

    Funnel {
        id: funnel

        x: Theme.gap6
        width: parent.width - 2 * Theme.gap6
        session: page.session
        isActive: page.isShown && !page.isPaused
        chosen: view.chosenFilters.status || ""
        onPicked: state => {
            page.lane = "all"
            view.setFilter("status", state)
        }
    }

    ResourceView {
        id: view

        anchors.fill: parent
        anchors.topMargin: funnel.height + Theme.gap3
        focus: true
        session: page.session
        resource: "intents"
        columns: ["seq", "id", "name", "status", "site", "user", "channels", "insertedAt", "updatedAt", "backendCode", "mark"]
        widths: ({ seq: 84, id: 128, name: 116, status: 126, site: 82, user: 82, channels: 130, insertedAt: 84, updatedAt: 84, backendCode: 110, mark: 120 })
        stretch: "channels"
        fixedFilters: {
            const decided = page.notDead.map(state => ({ field: "status", op: "ne", value: state }))
            switch (page.lane) {
            case "dead":
                return decided
            case "open":
                return decided.concat({ field: "handled", op: "eq", value: false })
            default:
                return []
            }
        }
        isActive: page.isShown
        isPaused: page.isPaused
        placeholder: qsTr("Filter intents")
        emptyTitle: page.isDead ? qsTr("No dead letters") : qsTr("No intents yet")
        emptyText: page.lane === "open" ? qsTr("Every dead letter was handled.") : page.isDead ? qsTr("Every intent was decided.") : qsTr("Clients' writes appear here.")
        emptyGlyph: page.isDead ? "check" : "intents"
        rowTitle: qsTr("Intent")
        inspectorViews: [
            { value: "timeline", text: qsTr("Timeline"), component: timeline },
            { value: "why", text: qsTr("Why"), component: why }
        ]
        onNoticed: (text, tone) => page.noticed(text, tone)
        onCommandWanted: (resource, command, keys) => page.commandWanted(resource, command, keys)
    }

    Component {
        id: timeline

        IntentTimeline {
            session: page.session
            intent: view.openedKey
        }
    }

    Component {
        id: why

        RelatedRows {
            session: page.session
            resource: "decisions"
            filters: [{ field: "messages", op: "contains", value: view.inspector.detail.row.id || "" }]
            columns: ["at", "kind", "text"]
            widths: ({ at: 80, kind: 88, text: 160 })
            stretch: "text"
            emptyTitle: qsTr("Nothing was held back")
            emptyText: qsTr("No recorded decision met this intent.")
            emptyGlyph: "check"
            onPicked: row => page.wanted("log", { tab: "decisions", key: String(row.number) })
        }
    }
}
