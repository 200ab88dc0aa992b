// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! Statistics over time with scale, legend and the values under the pointer.
Rectangle {
    id: plot

    required property StatisticsFeed feed
    property string title
    property var names: []
    property var colors: Theme.series
    property int seconds: 900
    property bool isPaused: false
    property double leastTop: 1
    readonly property int scaleWidth: 74
    readonly property int age: pointer.hovered ? series.ageAt(pointer.point.position.x - series.x) : 0
    property int tick: 0

    radius: 8
    color: Theme.raised
    border.color: Theme.line

    // Not the feed's signal: the plot may take its values after that.
    Connections {
        target: series

        function onValuesTaken() { ++plot.tick }
    }

    Row {
        id: legend

        x: 14
        y: 9
        spacing: Theme.gap3
        height: 22

        Label {
            height: parent.height
            text: plot.title
            font.weight: Font.DemiBold
            font.pixelSize: Theme.smallSize
        }

        Repeater {
            model: plot.names

            Row {
                id: entry

                required property string modelData
                required property int index

                height: legend.height
                spacing: 6

                Rectangle {
                    width: 10
                    height: 3
                    radius: 1.5
                    color: plot.colors[entry.index]
                    anchors.verticalCenter: parent.verticalCenter
                }

                Label {
                    height: parent.height
                    text: plot.feed.hasData ? plot.feed.title(entry.modelData) : ""
                    font.pixelSize: Theme.smallSize
                    color: Theme.dimText
                }

                Label {
                    height: parent.height
                    width: Math.max(implicitWidth, 52)
                    text: (plot.tick, plot.feed.text(entry.modelData, series.valueAt(entry.modelData, plot.age)))
                    isNumber: true
                    font.pixelSize: Theme.captionSize
                }
            }
        }
    }

    SeriesPlot {
        id: series

        x: plot.scaleWidth
        y: 38
        width: parent.width - x - 14
        height: parent.height - y - 26
        feed: plot.feed
        names: plot.names
        colors: plot.colors
        seconds: plot.seconds
        isPaused: plot.isPaused
        gridColor: Theme.line
        leastTop: plot.leastTop
    }

    Repeater {
        model: Math.round(series.ceiling / series.step) + 1

        Label {
            required property int index

            width: plot.scaleWidth - 8
            height: 14
            y: series.y + series.yOf(index * series.step) - 7
            horizontalAlignment: Text.AlignRight
            text: plot.names.length > 0 ? plot.feed.text(plot.names[0], index * series.step) : ""
            isNumber: true
            font.pixelSize: 10
            color: Theme.faintText
        }
    }

    Repeater {
        model: 4

        Label {
            required property int index
            readonly property int seconds: Math.round(plot.seconds * (3 - index) / 3)

            x: series.x + series.width * index / 3 - (index === 0 ? 0 : index === 3 ? width : width / 2)
            y: series.y + series.height + 5
            height: 14
            text: seconds === 0 ? qsTr("now") : "−" + Format.duration(seconds * 1000)
            isNumber: true
            font.pixelSize: 10
            color: Theme.faintText
        }
    }

    Rectangle {
        x: series.x + series.xOfAge(plot.age)
        y: series.y
        width: 1
        height: series.height
        color: Theme.dimText
        visible: pointer.hovered
    }

    // Over the scale of time: beside the legend there is no room for it.
    Rectangle {
        x: Math.max(series.x, Math.min(series.x + series.width - width, series.x + series.xOfAge(plot.age) - width / 2))
        y: series.y + series.height + 5
        width: clock.implicitWidth + 12
        height: 14
        color: Theme.raised
        visible: pointer.hovered

        Label {
            id: clock

            anchors.centerIn: parent
            text: pointer.hovered ? (plot.tick, Format.clock(plot.feed.atMs - plot.age * 1000, false)) : ""
            isNumber: true
            font.pixelSize: 10
            color: Theme.text
        }
    }

    Item {
        anchors.fill: parent

        HoverHandler { id: pointer }
    }
}
