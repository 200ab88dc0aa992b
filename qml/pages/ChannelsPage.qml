// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

Page {
    id: page

    property string stream
    property string view: "replay"

    title: qsTr("Channels")
    summary: tree.tree.streams > 0 ? Format.number(tree.tree.streams) : ""
    filterField: tree.filterField

    function back() {
        if (tree.filterField.text.length > 0) {
            tree.filterField.clear()
            return true
        }
        if (stream.length > 0) {
            stream = ""
            tree.forceActiveFocus()
            return true
        }
        return false
    }

    function open(what) {
        if (!what || !what.key)
            return
        stream = what.key
        if (what.view)
            view = what.view
        tree.reveal(what.key)
    }

    actions: PauseButton { page: page }

    StreamTree {
        id: tree

        x: Theme.gap6
        width: Math.max(220, Math.min(320, page.width * 0.27))
        height: parent.height - Theme.gap2
        focus: true
        session: page.session
        isActive: page.isShown && !page.isPaused
        current: page.stream
        onPicked: subject => page.stream = subject
    }

    Rectangle {
        id: line

        anchors.left: tree.right
        anchors.leftMargin: Theme.gap3
        width: 1
        height: parent.height
        color: Theme.line
    }

    Item {
        id: detail

        anchors.left: line.right
        anchors.leftMargin: Theme.gap4
        anchors.right: parent.right
        anchors.rightMargin: Theme.gap6
        height: parent.height
        visible: page.stream.length > 0

        StreamHead {
            id: head

            width: parent.width
            session: page.session
            stream: page.stream
        }

        Tabs {
            id: tabs

            anchors.top: head.bottom
            width: parent.width
            tabs: [{ value: "replay", text: qsTr("Replay") }, { value: "subscribers", text: qsTr("Subscribers") }, { value: "facts", text: qsTr("Details") }]
            value: page.view
            onPicked: value => page.view = value
        }

        ReplayView {
            anchors.top: tabs.bottom
            anchors.topMargin: Theme.gap3
            anchors.bottom: parent.bottom
            width: parent.width
            session: page.session
            stream: page.stream
            isActive: visible && page.isShown
            isPaused: page.isPaused
            visible: page.view === "replay"
            onNoticed: (text, tone) => page.noticed(text, tone)
        }

        Loader {
            anchors.top: tabs.bottom
            anchors.topMargin: Theme.gap2
            anchors.bottom: parent.bottom
            width: parent.width
            active: page.view === "subscribers"

            sourceComponent: RelatedRows {
                session: page.session
                resource: "subscriptions"
                filters: [{ field: "stream", op: "eq", value: page.stream }]
                columns: ["connection", "user", "since", "startedAfter", "position", "head", "continuity", "gapReason", "recoveries"]
                widths: ({ connection: 110, user: 80, since: 80, startedAfter: 98, position: 80, head: 76, continuity: 92, gapReason: 100, recoveries: 88 })
                stretch: "gapReason"
                emptyTitle: qsTr("Nobody follows it")
                emptyGlyph: "links"
                onPicked: row => page.wanted("connections", { key: row.link })
            }
        }

        FactList {
            anchors.top: tabs.bottom
            anchors.topMargin: Theme.gap3
            width: Math.min(560, parent.width)
            facts: head.detail.facts
            visible: page.view === "facts"
        }
    }

    StateView {
        anchors.fill: detail
        visible: page.stream.length === 0
        glyph: "streams"
        title: qsTr("Choose a channel")
        text: qsTr("See what it keeps for replays, step through it, and who follows it.")
    }
}
