// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

Page {
    id: page

    readonly property StatisticsFeed feed: session ? session.statistics : null
    property int seconds: 900
    readonly property int columns: width > 900 ? 4 : 2
    readonly property var tiles: [
        { name: "links.total", tone: 0, page: "connections" },
        { name: "subscriptions.total", tone: 1, page: "channels" },
        { name: "deliveries", tone: 0, page: "channels" },
        { name: "intents.received", tone: 1, page: "intents" },
        { name: "bytes.out", tone: 0, page: "" },
        { name: "bytes.queued", tone: 2, page: "connections" },
        { name: "backend.latencyMs", tone: 4, page: "" },
        { name: "process.cpu", tone: 4, page: "" }
    ]

    title: qsTr("Now")
    summary: session && session.startedAtMs > 0 ? qsTr("up %1").arg(Format.age(session.startedAtMs).replace(" ago", "")) : ""

    actions: [
        Segmented {
            options: [{ value: 120, text: qsTr("2 min") }, { value: 300, text: qsTr("5 min") }, { value: 900, text: qsTr("15 min") }]
            value: page.seconds
            onPicked: value => page.seconds = value
        },
        PauseButton { page: page }
    ]

    Flickable {
        id: scroll

        anchors.fill: parent
        contentHeight: column.implicitHeight + Theme.gap6
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        visible: page.feed !== null && page.feed.hasData
        T.ScrollBar.vertical: ScrollLine {}

        Column {
            id: column

            x: Theme.gap6
            width: scroll.width - 2 * Theme.gap6
            spacing: Theme.gap3

            Loader {
                width: parent.width
                active: page.feed !== null

                sourceComponent: Column {
                    spacing: Theme.gap3

                    HealthStrip {
                        width: parent.width
                        feed: page.feed
                        isPaused: page.isPaused
                    }

                    TimePlot {
                        width: parent.width
                        height: Math.max(170, Math.min(300, page.height * 0.25))
                        feed: page.feed
                        title: qsTr("Tide")
                        names: ["deliveries", "publications"]
                        seconds: page.seconds
                        isPaused: page.isPaused
                    }

                    Grid {
                        id: grid

                        readonly property real cell: (parent.width - (page.columns - 1) * spacing) / page.columns

                        width: parent.width
                        columns: page.columns
                        spacing: Theme.gap3

                        Repeater {
                            model: page.tiles

                            StatTile {
                                required property var modelData

                                width: grid.cell
                                feed: page.feed
                                name: modelData.name
                                ink: Theme.series[modelData.tone]
                                isPaused: page.isPaused
                                onPicked: if (modelData.page.length > 0) page.wanted(modelData.page, null)
                            }
                        }
                    }

                    Grid {
                        id: pair

                        readonly property real cell: (parent.width - (columns - 1) * spacing) / columns

                        width: parent.width
                        // Below that, three names and their values do not fit beside each other.
                        columns: page.width >= 1040 ? 2 : 1
                        spacing: Theme.gap3

                        TimePlot {
                            width: pair.cell
                            height: 170
                            feed: page.feed
                            title: qsTr("Intents")
                            names: ["intents.acked", "intents.refused", "intents.failed"]
                            colors: [Theme.series[5], Theme.series[2], Theme.series[3]]
                            seconds: page.seconds
                            isPaused: page.isPaused
                        }

                        TimePlot {
                            width: pair.cell
                            height: 170
                            feed: page.feed
                            title: qsTr("Bytes")
                            names: ["bytes.out", "bytes.in"]
                            colors: [Theme.series[0], Theme.series[1]]
                            seconds: page.seconds
                            isPaused: page.isPaused
                            leastTop: 1024
                        }
                    }
                }
            }
        }
    }

    StateView {
        anchors.fill: parent
        visible: !scroll.visible
        isBusy: page.session !== null && page.session.isOnline
        glyph: "server"
        title: page.session !== null && page.session.isOnline ? qsTr("Waiting for numbers") : qsTr("Not connected")
        text: page.session !== null && page.session.isOnline ? "" : qsTr("Numbers come when the gateway answers.")
    }
}
