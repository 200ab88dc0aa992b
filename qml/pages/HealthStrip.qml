// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! One sentence on how the gateway does, and the numbers it rests on.
Rectangle {
    id: strip

    required property StatisticsFeed feed
    property bool isPaused: false
    property var found: judge()
    readonly property var worst: found.reduce((worst, one) => one.rank > worst.rank ? one : worst, { rank: 0, tone: "good" })

    //! What is unusual (from "above" on) and what is bad, as such or as a share "of" another; texts say what it means for clients.
    readonly property var rules: [
        { name: "intents.storeFailures", above: 0.01, bad: 0.01, text: qsTr("The disk does not take intents: clients get no acknowledgement.") },
        { name: "node.stuck", above: 0.5, bad: 0.5, text: qsTr("Nobody leads, or this gateway is cut off: intents wait.") },
        { name: "broker.lost", above: 0.5, bad: 0.5, text: qsTr("NATS cannot be reached: messages stay with this gateway's own clients.") },
        { name: "core.lagMs", above: 20, bad: 200, text: qsTr("The core is behind: everything waits.") },
        { name: "backend.latencyMs", above: 250, bad: 2000, text: qsTr("The backend is slow: intents stay undecided.") },
        { name: "intents.failed", of: "intents.received", above: 0.02, bad: 0.2, text: qsTr("Intents fail: the backend does not decide them.") },
        { name: "links.slowClosed", above: 0.5, bad: 20, text: qsTr("Slow clients are being closed.") },
        { name: "limits.hits", above: 5, bad: 500, text: qsTr("Clients run into rate limits.") },
        { name: "bytes.queued", above: 64 * 1048576, bad: 512 * 1048576, text: qsTr("Clients do not take their bytes fast enough.") }
    ]

    function judge() {
        return rules.map(rule => {
            const value = feed.latest(rule.name)
            const size = rule.of === undefined ? value : value / Math.max(1, feed.latest(rule.of))
            const rank = isNaN(size) ? 0 : size >= rule.bad ? 2 : size >= rule.above ? 1 : 0
            return { name: rule.name, rank: rank, tone: ["good", "warning", "bad"][rank], text: rule.text,
                     title: feed.title(rule.name), value: feed.latestText(rule.name) }
        })
    }

    implicitHeight: 44
    radius: 8
    color: Theme.raised
    border.color: worst.rank > 0 ? Theme.tone(worst.tone) : Theme.line

    Connections {
        target: strip.feed

        function onAdvanced() {
            if (!strip.isPaused)
                strip.found = strip.judge()
        }
    }

    Glyph {
        id: icon

        x: 14
        width: 17
        height: 17
        anchors.verticalCenter: parent.verticalCenter
        name: strip.worst.rank > 0 ? "warning" : "check"
        color: Theme.tone(strip.worst.tone)
    }

    Label {
        x: 42
        width: numbers.x - x - Theme.gap4
        height: parent.height
        text: !strip.feed.hasData ? qsTr("Waiting for numbers") : strip.worst.rank > 0 ? strip.worst.text : qsTr("Calm water: nothing is unusual.")
        font.weight: Font.DemiBold
    }

    Row {
        id: numbers

        readonly property int fitting: Math.max(0, Math.floor((strip.width - 420) / 118))

        anchors.right: parent.right
        anchors.rightMargin: 14
        height: parent.height
        spacing: Theme.gap4

        Repeater {
            model: strip.found.slice().sort((a, b) => b.rank - a.rank).slice(0, Math.min(5, numbers.fitting))

            Row {
                id: number

                required property var modelData

                height: numbers.height
                spacing: 7

                Rectangle {
                    width: 7
                    height: 7
                    radius: 3.5
                    anchors.verticalCenter: parent.verticalCenter
                    color: Theme.tone(number.modelData.tone)
                }

                Column {
                    anchors.verticalCenter: parent.verticalCenter

                    Caption { text: number.modelData.title }

                    Label {
                        text: number.modelData.value
                        isNumber: true
                    }
                }
            }
        }
    }
}
